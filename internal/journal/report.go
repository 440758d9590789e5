package journal

import (
	"cmp"
	"context"
	"slices"
)

// A Report is the pictures that belong together. It may have a million, and
// holds them only where they are few.
type Report struct {
	j    *Journal
	ids  []int64
	held []Picture // all of them, where they are few
}

// Each calls f with every picture of the report, in the order that was asked
// for. Each call has a picture of its own.
func (r *Report) Each(ctx context.Context, f func(*Picture) error) error {
	for ids := range slices.Chunk(r.ids, step) {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		all := slices.Clone(r.held)
		if all == nil {
			var err error
			if all, err = r.j.byID(ids); err != nil {
				return err
			}
		}
		if err := eachOf(all, f); err != nil {
			return err
		}
	}
	return nil
}

// EachReport calls f with every report, whose pictures come by their paths in
// an order; that of their bytes where it is nil.
func (j *Journal) EachReport(ctx context.Context, order func(a, b string) int, f func(*Report) error) error {
	ids, ends, err := j.reports(ctx, order)
	if err != nil {
		return said("reading the journal", err)
	}
	for begin := 0; len(ends) > 0; {
		// As many reports as are read in one step, or one that takes several.
		n := 1
		for n < len(ends) && ends[n]-begin <= step {
			n++
		}
		var held []Picture
		if end := ends[n-1]; end-begin <= step {
			if held, err = j.byID(ids[begin:end]); err != nil {
				return err
			}
		}
		from := begin
		for _, end := range ends[:n] {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			r := &Report{j: j, ids: ids[begin:end]}
			if held != nil {
				r.held = held[begin-from : end-from]
			}
			if err := f(r); err != nil {
				return err
			}
			begin = end
		}
		ends = ends[n:]
	}
	return nil
}

// reports returns the ids of all pictures, report by report, and where each
// report ends.
func (j *Journal) reports(ctx context.Context, order func(a, b string) int) (ids []int64, ends []int, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	rows, err := j.db.QueryContext(ctx, "SELECT id, report, CASE ? WHEN 1 THEN path END FROM pictures ORDER BY report, path", order != nil)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	type place struct {
		id   int64
		path string
	}
	var report string
	var places []place // of the report in hand, where there is an order
	end := func() {
		slices.SortFunc(places, func(a, b place) int { return cmp.Or(order(a.path, b.path), cmp.Compare(a.path, b.path)) })
		for _, p := range places {
			ids = append(ids, p.id)
		}
		places = places[:0]
		if len(ids) > 0 {
			ends = append(ends, len(ids))
		}
	}
	for first := true; rows.Next(); first = false {
		var p place
		var of string
		var path []byte
		if err := rows.Scan(&p.id, &of, &path); err != nil {
			return nil, nil, err
		}
		if of != report && !first {
			end()
		}
		report = of
		if order == nil {
			ids = append(ids, p.id)
			continue
		}
		p.path = string(path)
		places = append(places, p)
	}
	end()
	return ids, ends, rows.Err()
}

// Picture returns a picture by its id.
func (j *Journal) Picture(id int64) (Picture, error) {
	all, err := j.byID([]int64{id})
	if err != nil {
		return Picture{}, err
	}
	return all[0], nil
}
