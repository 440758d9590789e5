// Package sqlite opens the files in which the program keeps what it knows
// between runs. It must not know what is in them.
package sqlite

import (
	"database/sql"
	"net/url"

	"github.com/mattn/go-sqlite3"
)

// driver is SQLite with connections that put nothing on the disk but the file:
// in a container there may be nowhere to put a temporary one.
const driver = "sqlite3 in memory besides"

func init() {
	sql.Register(driver, &sqlite3.SQLiteDriver{ConnectHook: func(c *sqlite3.SQLiteConn) error {
		_, err := c.Exec("PRAGMA temp_store = MEMORY", nil)
		return err
	}})
}

// Open opens the file at a path, with parameters of the driver, for so many
// connections at a time. That it is not there, or is no such file, is told by
// the first use of it.
func Open(path string, parameters url.Values, connections int) (*sql.DB, error) {
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: parameters.Encode()}
	db, err := sql.Open(driver, u.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(connections)
	db.SetConnMaxIdleTime(0)
	return db, nil
}
