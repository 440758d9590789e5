// Package clients shows how a program in Go asks biaoge serve.
//
// It must not know the program, only what the service answers.
package clients

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"mime/multipart"
	"net/http"
	"os"
	"strconv"
	"time"
)

// An Answer is what POST /v1/extract gives, as far as this example looks.
type Answer struct {
	Documents []struct {
		Source struct {
			Path string `json:"path"`
		} `json:"source"`
		Tables []struct {
			Form    *string `json:"form"`
			Records []struct {
				Key    string   `json:"key"`
				Raw    string   `json:"raw"`
				Value  *float64 `json:"value"`
				Review bool     `json:"review"`
			} `json:"records"`
		} `json:"tables"`
	} `json:"documents"`
	Failures []struct {
		Name    string  `json:"name"`
		Problem Problem `json:"problem"`
	} `json:"failures"`
}

// A Problem is what the service says is wrong (RFC 9457).
type Problem struct {
	Kind      string `json:"kind"`
	Detail    string `json:"detail"`
	Retryable bool   `json:"retryable"`
}

func (p *Problem) Error() string { return p.Kind + ": " + p.Detail }

// Extract sends the pictures of one report, in order, and waits as the service
// says while its queue is full.
func Extract(ctx context.Context, url string, names ...string) (*Answer, error) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		part, err := form.CreateFormFile("picture", name)
		if err != nil {
			return nil, err
		}
		part.Write(data) // into memory
	}
	form.Close()
	for {
		req, err := http.NewRequestWithContext(ctx, "POST", url+"/v1/extract", bytes.NewReader(body.Bytes()))
		if err != nil {
			return nil, err
		}
		req.Header.Set("Content-Type", form.FormDataContentType())
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return nil, err
		}
		data, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			return nil, err
		}
		if resp.StatusCode == http.StatusOK {
			answer := new(Answer)
			return answer, json.Unmarshal(data, answer)
		}
		problem := new(Problem)
		if err := json.Unmarshal(data, problem); err != nil {
			return nil, fmt.Errorf("%s: %w", resp.Status, err)
		}
		after, err := strconv.Atoi(resp.Header.Get("Retry-After"))
		if !problem.Retryable || err != nil {
			return nil, problem
		}
		select {
		case <-time.After(time.Duration(after) * time.Second):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// A service must be running: biaoge serve. make clients starts one, and sets
// BIAOGE_URL to where it is.
func Example() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	answer, err := Extract(ctx, serviceURL, "../../testdata/appeals.jpg")
	if err != nil {
		log.Fatal(err)
	}
	for _, doc := range answer.Documents {
		for _, table := range doc.Tables {
			for _, r := range table.Records[:3] {
				fmt.Println(doc.Source.Path, *table.Form, r.Key, r.Raw, r.Review)
			}
		}
	}
	// Output:
	// appeals.jpg gov-disclosure/appeals@2019 appeals.reconsideration.upheld 0 false
	// appeals.jpg gov-disclosure/appeals@2019 appeals.reconsideration.corrected 0 false
	// appeals.jpg gov-disclosure/appeals@2019 appeals.reconsideration.other 1 true
}
