package cluster

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// What there is in NATS.
const (
	tasksStream    = "BIAOGE_TASKS"
	resultsStream  = "BIAOGE_RESULTS"
	tasksSubject   = "biaoge.tasks."
	resultsSubject = "biaoge.results."
	beganSubject   = "biaoge.began." // what is not kept
	readers        = "readers"       // the consumer of those who read
	picturesBucket = "biaoge-pictures"
	workersBucket  = "biaoge-workers"
)

// The window: a million pictures must never lie in NATS. Tasks, results, and
// what is too large for either are 1 GiB together. Pictures leave room in the
// object store for results: without it neither would ever be taken out.
const (
	MostTasks    = 2000
	tasksBytes   = 192 << 20
	resultsBytes = 192 << 20
	objectsBytes = 640 << 20
	pictureBytes = 384 << 20 // of objects, that pictures may take
	inlineBytes  = 512 << 10 // what is larger is an object
	workersBytes = 4 << 20
)

// How long things last.
const (
	ackWait       = 30 * time.Second   // until another reader gets a task
	inProgress    = 10 * time.Second   // how often a reader says that it is at it
	workerTime    = 30 * time.Second   // how long a reader is known after it was heard of last
	objectTime    = 24 * time.Hour     // longer than any task waits
	leftTime      = 7 * 24 * time.Hour // until what a batch that nobody goes on with has left is dropped
	resultAckWait = time.Minute        // until a result comes again that the journal does not have, or that went to a connection that was gone
)

// ensure makes what is missing in NATS.
func (c *Conn) ensure(ctx context.Context) error {
	for _, s := range []jetstream.StreamConfig{
		{Name: tasksStream, Subjects: []string{tasksSubject + "*"}, MaxMsgs: MostTasks, MaxBytes: tasksBytes},
		{Name: resultsStream, Subjects: []string{resultsSubject + "*"}, MaxBytes: resultsBytes},
	} {
		s.Retention, s.Storage, s.Discard, s.Replicas, s.MaxAge = jetstream.WorkQueuePolicy, jetstream.FileStorage, jetstream.DiscardNew, c.replicas, leftTime
		if _, err := c.js.CreateStream(ctx, s); err != nil && !errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) {
			return noRoom(err)
		}
	}
	if _, err := c.readers(ctx); err != nil {
		return noRoom(err)
	}
	return noRoom(cmp.Or(c.makeObjects(ctx), c.makeWorkers(ctx)))
}

// The codes with which NATS says that it has no room: for a stream, and for a
// message in one that is full.
const (
	noStorage   = 10047
	noResources = 10023
	storeFailed = 10077
)

// The code with which NATS says that hubs have not agreed yet who leads.
const unavailable = 10008

// maybeLater tells whether what could not be made may be made later: hubs of a
// cluster have not agreed yet, or too few of them are there.
func (c *Conn) maybeLater(err error) bool {
	var e *jetstream.APIError
	if errors.As(err, &e) {
		return c.replicas > 1 && e.ErrorCode != noStorage || e.ErrorCode == unavailable
	}
	return unanswered(err) || gone(err)
}

// noRoom says what to do where NATS has no room for a stream.
func noRoom(err error) error {
	var e *jetstream.APIError
	if errors.As(err, &e) && (e.ErrorCode == noStorage || e.ErrorCode == noResources || strings.Contains(e.Description, syscall.ENOSPC.Error())) {
		return fmt.Errorf("the hub has no room for its streams (%w); they take 1.1 GB of its disk: make room there and start it again, or give it another --store", err)
	}
	return err
}

// full tells whether NATS takes no more for now, because the window is full.
func full(err error) bool {
	var e *jetstream.APIError
	return errors.As(err, &e) && e.ErrorCode == storeFailed && strings.Contains(e.Description, "maximum") // and not the disk
}

// readers is the consumer by which all readers take tasks.
func (c *Conn) readers(ctx context.Context) (jetstream.Consumer, error) {
	return c.js.CreateOrUpdateConsumer(ctx, tasksStream, jetstream.ConsumerConfig{
		Durable: readers, AckPolicy: jetstream.AckExplicitPolicy, AckWait: ackWait, MaxDeliver: -1, MaxAckPending: 2 * MostTasks,
	})
}

// results is the consumer by which a batch takes its results.
func (c *Conn) results(ctx context.Context, id string) (jetstream.Consumer, error) {
	return c.js.CreateOrUpdateConsumer(ctx, resultsStream, jetstream.ConsumerConfig{
		Durable: "results-" + id, FilterSubject: resultsSubject + id,
		AckPolicy: jetstream.AckExplicitPolicy, AckWait: resultAckWait, MaxDeliver: -1, MaxAckPending: 4 * MostTasks,
	})
}

// Buckets are made by coordinators alone: readers need no right to.

func (c *Conn) objects(ctx context.Context) (jetstream.ObjectStore, error) {
	return c.js.ObjectStore(ctx, picturesBucket)
}

func (c *Conn) makeObjects(ctx context.Context) error {
	_, err := c.objects(ctx)
	return bucket(err, func() error {
		_, err := c.js.CreateObjectStore(ctx, jetstream.ObjectStoreConfig{Bucket: picturesBucket, TTL: objectTime, MaxBytes: objectsBytes, Storage: jetstream.FileStorage, Replicas: c.replicas})
		return err
	})
}

func (c *Conn) workers(ctx context.Context) (jetstream.KeyValue, error) {
	return c.js.KeyValue(ctx, workersBucket)
}

func (c *Conn) makeWorkers(ctx context.Context) error {
	_, err := c.workers(ctx)
	return bucket(err, func() error {
		_, err := c.js.CreateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: workersBucket, TTL: workerTime, MaxBytes: workersBytes, Storage: jetstream.FileStorage, Replicas: c.replicas})
		return err
	})
}

// bucket makes a bucket where looking for it says that there is none.
func bucket(looked error, make func() error) error {
	if !errors.Is(looked, jetstream.ErrBucketNotFound) {
		return looked
	}
	if err := make(); !errors.Is(err, jetstream.ErrBucketExists) {
		return err
	}
	return nil // another one has made it meanwhile
}
