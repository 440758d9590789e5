package biaoge_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/biaoge/biaoge"
	"github.com/biaoge/biaoge/tables"
)

func Example() {
	x, err := biaoge.New()
	if err != nil {
		log.Fatal(err)
	}
	defer x.Close()

	f, err := os.Open("testdata/proactive-2019-photo.jpg")
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	doc, err := x.Extract(context.Background(), f)
	if err != nil {
		log.Fatal(err)
	}
	for _, t := range doc.Tables {
		fmt.Println(*t.Form)
		for _, r := range t.Records[6:9] {
			fmt.Println(strings.Join(r.Labels, " > "), "=", r.Raw)
			if r.Review {
				fmt.Println("  a person should look:", r.Reasons)
			}
		}
	}
	// Output:
	// gov-disclosure/proactive@2019
	// 行政许可 > 第二十条第(五)项 > 上一年项目数量 = 0
	// 行政许可 > 第二十条第(五)项 > 本年增/减 = 增24
	// 行政许可 > 第二十条第(五)项 > 处理决定数量 = 564
}

// Two workers, and forms of one's own beside those that are built in.
func ExampleNew() {
	forms, err := tables.LoadForms("my-forms")
	if err != nil {
		log.Fatal(err) // with the file and the line
	}
	x, err := biaoge.New(biaoge.WithWorkers(2), biaoge.WithForms(forms...))
	if errors.Is(err, biaoge.ErrDependency) {
		log.Fatal(err, "; biaoge doctor says more")
	} else if err != nil {
		log.Fatal(err)
	}
	defer x.Close()
}

// Errors say what is wrong with an input.
func ExampleExtractor_Extract() {
	x, err := biaoge.New()
	if err != nil {
		log.Fatal(err)
	}
	defer x.Close()
	_, err = x.Extract(context.Background(), strings.NewReader("<html>404 Not Found</html>"))
	fmt.Println(errors.Is(err, biaoge.ErrUnsupported))
	_, err = x.Extract(context.Background(), strings.NewReader(""))
	fmt.Println(err)
	// Output:
	// true
	// the file is empty; fetch it again
}
