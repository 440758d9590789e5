package main

import (
	"errors"
	"flag"
	"math"
	"os"
	"strconv"
	"strings"

	"github.com/dustin/go-humanize"
)

// environmentPrefix begins the variables that stand for flags.
const environmentPrefix = "BIAOGE_"

// fromEnvironment sets the flags that the command line leaves out and the
// environment has, and says of each flag where its value is from.
func fromEnvironment(fs *flag.FlagSet) (from map[string]string, err error) {
	from = make(map[string]string)
	fs.Visit(func(f *flag.Flag) { from[f.Name] = "flag" })
	fs.VisitAll(func(f *flag.Flag) {
		if from[f.Name] != "" {
			return
		}
		from[f.Name] = "default"
		name := environmentPrefix + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		value := os.Getenv(name)
		if value == "" {
			return
		}
		if e := f.Value.Set(value); e != nil && err == nil {
			err = usagef("%s=%s: %w; see biaoge %s --help", name, value, e, fs.Name())
		}
		from[f.Name] = name
	})
	return from, err
}

// A size is a number of bytes, as people write it.
type size int64

func (s *size) String() string {
	if n := int64(*s); n%1_000_000 != 0 { // rounding would not be what holds
		return strconv.FormatInt(n, 10)
	}
	return strings.ReplaceAll(humanize.Bytes(uint64(*s)), " ", "")
}

func (s *size) Set(text string) error {
	n, err := humanize.ParseBytes(text)
	if err != nil || n > math.MaxInt64 {
		return errors.New("give a number of bytes, such as 512MB or 64MiB")
	}
	*s = size(n)
	return nil
}

// A countOrNone is a number whose default depends on other flags.
type countOrNone struct {
	n   int
	set bool
}

func (c *countOrNone) String() string {
	if !c.set {
		return ""
	}
	return strconv.Itoa(c.n)
}

func (c *countOrNone) Set(text string) error {
	n, err := strconv.Atoi(text)
	if err != nil {
		return errors.New("give a number")
	}
	*c = countOrNone{n, true}
	return nil
}
