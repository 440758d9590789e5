package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// A room is a row of the table in docs/design.md: packages, which others of the
// module they may import, what they know and what they must not know. A name
// that ends in /… means all packages below a folder; the root is ".".
type room struct {
	packages       []string
	may            []string
	anything       bool // may import whatever it likes
	knows, mustNot string
}

var quoted = regexp.MustCompile("`([^`]+)`")

// rooms reads the table: the first one whose head begins with "package" and "may
// import".
func rooms(design string) ([]room, error) {
	var all []room
	inside := false
	for _, line := range strings.Split(design, "\n") {
		cells := strings.Split(strings.Trim(line, "| "), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		switch {
		case !strings.HasPrefix(line, "|"):
			if inside {
				return all, nil
			}
		case len(cells) == 4 && cells[0] == "package" && cells[1] == "may import":
			inside = true
		case !inside || strings.HasPrefix(cells[0], "---"):
		case len(cells) != 4:
			return nil, fmt.Errorf("docs/design.md: a row of the rooms has %d cells, not 4: %s", len(cells), line)
		default:
			r := room{packages: names(cells[0]), may: names(cells[1]), anything: cells[1] == "any", knows: cells[2], mustNot: cells[3]}
			if len(r.packages) == 0 || len(r.may) == 0 && cells[1] != "any" && cells[1] != "none" {
				return nil, fmt.Errorf("docs/design.md: a row names no package, or says neither any, none nor which it may import: %s", line)
			}
			all = append(all, r)
		}
	}
	if !inside {
		return nil, fmt.Errorf("docs/design.md has no table with the head | package | may import | … |")
	}
	return all, nil
}

// names are what stands in backquotes in a cell.
func names(cell string) (all []string) {
	for _, m := range quoted.FindAllStringSubmatch(cell, -1) {
		all = append(all, m[1])
	}
	return all
}

// breaches are the sentences that say which package imports what it may not, has
// no room, or has a room but is not there, and which row allows what none of its
// packages needs. Imports of tests do not count.
func breaches(packages []*pkg, rooms []room) (all []string) {
	for _, p := range packages {
		r := roomOf(p.path, rooms)
		if r == nil {
			all = append(all, fmt.Sprintf("%s is in no room: give it a row in the table of docs/design.md that says what it may import, what it knows and what it must not know", p.path))
			continue
		}
		for _, use := range p.uses {
			if !r.anything && !slices.ContainsFunc(r.may, func(m string) bool { return covers(m, use) }) {
				all = append(all, fmt.Sprintf("%s imports %s, but by docs/design.md it may import %s. It knows %s; it must not know %s", p.path, use, r.allowed(), r.knows, r.mustNot))
			}
		}
	}
	for i := range rooms {
		for _, p := range slices.Concat(rooms[i].packages, rooms[i].may) {
			if !slices.ContainsFunc(packages, func(q *pkg) bool { return covers(p, q.path) }) {
				all = append(all, fmt.Sprintf("docs/design.md: the table of rooms names %s, which is no package", p))
			}
		}
		for _, m := range rooms[i].may {
			if !slices.ContainsFunc(packages, func(q *pkg) bool {
				return roomOf(q.path, rooms) == &rooms[i] && slices.ContainsFunc(q.uses, func(use string) bool { return covers(m, use) })
			}) {
				all = append(all, fmt.Sprintf("docs/design.md: the row of %s allows the import of %s, which none of them needs: strike it out", strings.Join(rooms[i].packages, ", "), m))
			}
		}
	}
	return all
}

func (r *room) allowed() string {
	if len(r.may) == 0 {
		return "none of the others"
	}
	return "only " + strings.Join(r.may, ", ")
}

// roomOf is the row of a package: that with its name rather than one with the
// name of a folder that it is in. Nil if there is none.
func roomOf(path string, rooms []room) (found *room) {
	for i := range rooms {
		r := &rooms[i]
		switch {
		case slices.Contains(r.packages, path):
			return r
		case slices.ContainsFunc(r.packages, func(name string) bool { return covers(name, path) }):
			found = r
		}
	}
	return found
}

// covers tells whether a name in the table means a package.
func covers(name, path string) bool {
	folder, below := strings.CutSuffix(name, "/…")
	return name == path || below && strings.HasPrefix(path, folder+"/")
}
