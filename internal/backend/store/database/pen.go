package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"sync"
	"time"
)

// Bounds of what is committed together.
const (
	batchMost = 64
	batchTime = 5 * time.Millisecond // from the first write to the commit, while more are waiting
	// keptStatements bounds what stays prepared. There are far fewer texts; one
	// that is put together for each call would otherwise stay for ever.
	keptStatements = 512
)

// pen is SQLite's one writing connection, in the hands of one goroutine. Writes
// that wait while another is under way are committed together with it: the disk
// is waited for once, and each is answered only after that, refusals too, because
// they may be for what another write of the same transaction has done. A write that
// fails takes no other along. Statements stay prepared as long as the connection lives.
type pen struct {
	pool *sql.DB
	jobs chan *job
	stop chan struct{}
	done chan struct{}
	once sync.Once // of close

	patience time.Duration // how long writes that are waiting join a transaction

	// Owned by run.
	conn     *sql.Conn
	prepared map[string]*sql.Stmt
}

// job is a write on its way.
type job struct {
	ctx    context.Context
	f      func(ctx context.Context, t *Tx) error
	now    func() time.Time
	tx     *Tx
	err    error      // of f: what is answered if the transaction is committed
	result chan error // one place
	panic  any        // what f panicked with; its caller goes on with it
}

var errPanic = errors.New("the write panicked")

func newPen(pool *sql.DB) *pen {
	p := &pen{pool: pool, jobs: make(chan *job), stop: make(chan struct{}), done: make(chan struct{}), patience: batchTime, prepared: map[string]*sql.Stmt{}}
	go p.run()
	return p
}

// close lets what is under way end, and waits for it. It may be called twice.
func (p *pen) close() {
	p.once.Do(func() { close(p.stop) })
	<-p.done
}

// write has f run in a transaction and returns after its commit. It waits for its
// turn as long as the caller does; what has begun is brought to its end, because a
// caller who went away has no say in a commit.
func (p *pen) write(ctx context.Context, now func() time.Time, f func(ctx context.Context, t *Tx) error) (*Tx, error) {
	j := &job{ctx: ctx, f: f, now: now, result: make(chan error, 1)}
	if err := ctx.Err(); err != nil { // the select below would toss a coin
		return nil, err
	}
	select {
	case p.jobs <- j:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-p.stop:
		return nil, sql.ErrConnDone
	case <-p.done: // a function that was written has ended the goroutine, as t.FailNow does
		return nil, sql.ErrConnDone
	}
	err := sql.ErrConnDone
	select {
	case err = <-j.result:
	case <-p.done:
		select {
		case err = <-j.result: // it came before the end
		default:
		}
	}
	if j.panic != nil {
		panic(j.panic)
	}
	return j.tx, err
}

func (p *pen) run() {
	defer close(p.done)
	defer p.drop()
	for {
		select {
		case j := <-p.jobs:
			p.turn(j)
		case <-p.stop:
			return
		}
	}
}

// turn commits a write and those that came meanwhile.
func (p *pen) turn(first *job) {
	began := time.Now()
	if err := p.begin(first); err != nil {
		first.result <- err
		return
	}
	batch := []*job{first}
	for len(batch) < batchMost && time.Since(began) < p.patience {
		next := p.next()
		if next == nil {
			break
		}
		batch = append(batch, next)
		if whole := p.join(next); !whole { // SQLite has given up all of it
			p.again(batch)
			return
		}
	}
	if err := p.exec("COMMIT"); err != nil {
		p.rollback()
		if len(batch) > 1 {
			p.again(batch)
		} else {
			first.result <- err
		}
		return
	}
	for _, j := range batch {
		j.result <- j.err
	}
}

// next is a write that is waiting, nil when none is.
func (p *pen) next() *job {
	select {
	case j := <-p.jobs:
		return j
	default:
		return nil
	}
}

// begin starts a transaction with its first write. After an error there is none.
func (p *pen) begin(j *job) error {
	err := p.connect()
	if err == nil {
		err = p.exec("BEGIN IMMEDIATE")
	}
	if err != nil {
		p.drop()
		return err
	}
	if err := p.do(j); err != nil {
		p.rollback()
		return err
	}
	return nil
}

// join runs a further write in the open transaction. After an error, which the job
// keeps, nothing of it is left; whole tells whether the others' writes still are there.
func (p *pen) join(j *job) (whole bool) {
	if j.err = p.exec("SAVEPOINT joined"); j.err != nil {
		p.rollback()
		return false
	}
	j.err = p.do(j)
	if j.err == nil {
		j.err = p.exec("RELEASE joined")
	}
	if j.err == nil {
		return true
	}
	if back := errors.Join(p.exec("ROLLBACK TO joined"), p.exec("RELEASE joined")); back != nil {
		p.rollback()
		return false
	}
	return true
}

// again runs each of the writes in a transaction of its own, after the one that
// they shared was lost.
func (p *pen) again(batch []*job) {
	for _, j := range batch {
		err := p.begin(j)
		if err == nil {
			if err = p.exec("COMMIT"); err != nil {
				p.rollback()
			}
		}
		j.result <- err
	}
}

// do runs the caller's part.
func (p *pen) do(j *job) (err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(j.ctx), writeTime)
	defer cancel()
	defer func() {
		if v := recover(); v != nil {
			j.panic, err = v, errPanic
		}
	}()
	j.panic = nil
	j.tx = &Tx{statements: p, Now: j.now().UnixMilli()}
	return j.f(ctx, j.tx)
}

// connect takes the connection, if it is not held.
func (p *pen) connect() (err error) {
	if p.conn == nil {
		p.conn, err = p.pool.Conn(context.Background())
	}
	return err
}

// drop gives the connection up; the next write takes another one.
func (p *pen) drop() {
	p.forget()
	if p.conn != nil {
		_ = p.conn.Close() // gives it back to the pool
		p.conn = nil
	}
}

// discard gives up a connection whose transaction cannot be ended. The pool is told
// that it is broken: as it is it would be the next one, for ever.
func (p *pen) discard() {
	p.forget() // first: the driver has no use for statements of a closed connection
	if p.conn != nil {
		_ = p.conn.Raw(func(any) error { return driver.ErrBadConn })
	}
	p.drop()
}

func (p *pen) forget() {
	for _, s := range p.prepared {
		_ = s.Close() // belongs to a connection that is given up
	}
	clear(p.prepared)
}

// rollback ends the transaction without a trace. A connection on which that does
// not succeed is given up, unless SQLite has ended the transaction itself.
func (p *pen) rollback() {
	if err := p.exec("ROLLBACK"); err != nil && p.exec("BEGIN IMMEDIATE") == nil {
		_ = p.exec("ROLLBACK") // of nothing
	} else if err != nil {
		p.discard()
	}
}

// exec begins or ends a transaction. SQLite bounds the wait by itself
// (busy_timeout); a commit that was interrupted might be there all the same, and
// would be done again.
func (p *pen) exec(query string) error {
	_, err := p.ExecContext(context.Background(), query)
	return err
}

// statement is the query, prepared.
func (p *pen) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	if s := p.prepared[query]; s != nil {
		return s, nil
	}
	if p.conn == nil {
		return nil, sql.ErrConnDone
	}
	s, err := p.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	if len(p.prepared) >= keptStatements {
		for text, old := range p.prepared { // whichever comes: all of them at once would be prepared anew by the next write
			_ = old.Close() // the statement is not in use: rows are read to their end
			delete(p.prepared, text)
			break
		}
	}
	p.prepared[query] = s
	return s, nil
}

// ExecContext implements statements.
func (p *pen) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	s, err := p.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx, args...)
}

// QueryContext implements Querier. The rows are to be read before the same query
// is asked again: it is one statement.
func (p *pen) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := p.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

// QueryRowContext implements Querier.
func (p *pen) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	s, err := p.statement(ctx, query)
	if err != nil {
		return p.conn.QueryRowContext(ctx, query, args...) // with the same error: only asking makes a Row
	}
	return s.QueryRowContext(ctx, args...)
}
