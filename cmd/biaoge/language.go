package main

import (
	"strings"

	"github.com/biaoge/biaoge/internal/message"
)

// language is what this run speaks with people. What programs read (JSON, CSV,
// names of flags and columns) is the same in every language.
var language = message.Environment()

// messagesFlag chooses the language. It may stand anywhere on any command line,
// before the command as well, since it is needed before the rest is understood.
const messagesFlag = "messages"

// takeMessages takes the flag out of a command line and returns the rest.
func takeMessages(args []string) ([]string, error) {
	var rest []string
	for i := 0; i < len(args); i++ {
		name, value, has := strings.Cut(args[i], "=")
		switch {
		case args[i] == "--":
			return append(rest, args[i:]...), nil
		case name != "--"+messagesFlag && name != "-"+messagesFlag:
			rest = append(rest, args[i])
			continue
		case !has && i+1 == len(args):
			return nil, usagef("--messages needs a language: zh or en")
		case !has:
			i++
			value = args[i]
		}
		switch value {
		case "zh", "en":
			language = message.Language(value)
		default:
			return nil, usagef("--messages %s: it is zh or en", value)
		}
	}
	return rest, nil
}
