package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/biaoge/biaoge/tables"
)

// Whatever is sent, the answer is a problem or a closed connection, and the
// service is alive afterwards and holds nothing. (make serve-hostile does so
// with more, and with real workers.)
func TestHostileSendersGetProblemsAndHoldNothing(t *testing.T) {
	s := serve(t, "--max-bytes", "1MB", "--queue", "4")
	address := strings.TrimPrefix(s.url, "http://")
	for _, c := range []struct {
		what string
		send func(io.Writer)
		want string // the status, or several; empty where the connection is closed without
	}{
		{"no HTTP", func(w io.Writer) { io.WriteString(w, "\x16\x03\x01\x02\x00hello\r\n\r\n") }, "400"},
		{"a header without end", func(w io.Writer) {
			io.WriteString(w, "GET /version HTTP/1.1\r\nHost: localhost\r\nX: ")
			repeat(w, "x", 1<<20)
		}, "431"},
		{"10,000 headers", func(w io.Writer) {
			io.WriteString(w, "GET /version HTTP/1.1\r\nHost: localhost\r\n")
			for i := range 10_000 {
				fmt.Fprintf(w, "X-%d: 1\r\n", i)
			}
			io.WriteString(w, "\r\n")
		}, "431"},
		{"a long address", func(w io.Writer) {
			io.WriteString(w, "GET /")
			repeat(w, "a/", 1<<19)
			io.WriteString(w, " HTTP/1.1\r\nHost: localhost\r\n\r\n")
		}, "431"},
		{"chunks without end", func(w io.Writer) {
			io.WriteString(w, "POST /v1/extract HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
			repeat(w, "1000\r\n"+strings.Repeat("x", 0x1000)+"\r\n", 1<<12)
		}, "413"},
		{"chunks that are none", func(w io.Writer) {
			io.WriteString(w, "POST /v1/extract HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n")
		}, "400"},
		{"a negative length", func(w io.Writer) {
			io.WriteString(w, "POST /v1/extract HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n")
		}, "400"},
		{"a length of more than there is", func(w io.Writer) {
			io.WriteString(w, "POST /v1/extract HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9223372036854775807\r\n\r\n")
		}, "413"},
		{"two lengths", func(w io.Writer) {
			io.WriteString(w, "POST /v1/extract HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab")
		}, "400"},
		{"10,000 parts", func(w io.Writer) {
			var b bytes.Buffer
			for i := range 10_000 {
				fmt.Fprintf(&b, "--b\r\nContent-Disposition: form-data; name=\"p\"; filename=\"%d\"\r\n\r\nx\r\n", i)
			}
			fmt.Fprintf(w, "POST /v1/extract HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: %d\r\n\r\n", b.Len())
			w.Write(b.Bytes())
		}, "413"},
		{"a part whose header does not end", func(w io.Writer) {
			io.WriteString(w, "POST /v1/extract HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\nTransfer-Encoding: chunked\r\n\r\n")
			io.WriteString(w, "10\r\n--b\r\nContent-Dis\r\n")
			repeat(w, "1000\r\n"+strings.Repeat("x", 0x1000)+"\r\n", 1<<12)
		}, "413 400"},
		{"a caller that asks for leave and is refused", func(w io.Writer) {
			io.WriteString(w, "POST /v1/extract HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 5000000\r\n\r\n")
		}, "413"},
		{"a foreign Host", func(w io.Writer) { io.WriteString(w, "GET /version HTTP/1.1\r\nHost: evil\r\n\r\n") }, "403"},
		{"no Host", func(w io.Writer) { io.WriteString(w, "GET /version HTTP/1.0\r\n\r\n") }, "403"},
		{"a path that leaves", func(w io.Writer) {
			io.WriteString(w, "GET /v1/../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n")
		}, "301 307 404"},
	} {
		conn, err := net.Dial("tcp", address)
		s.must(err)
		conn.SetDeadline(time.Now().Add(20 * time.Second))
		go func() { // it may be told before it has sent all
			defer conn.(*net.TCPConn).CloseWrite()
			c.send(conn)
		}()
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		status := ""
		if err == nil {
			status = fmt.Sprint(resp.StatusCode)
			if kind := resp.Header.Get("Content-Type"); resp.StatusCode != 431 && status != "400" && !strings.Contains(c.want, "30") && kind != "application/problem+json" {
				t.Errorf("%s: %s %s", c.what, status, kind)
			}
		}
		conn.Close()
		if err != nil || !strings.Contains(c.want, status) {
			t.Errorf("%s: %q (%v), want %s", c.what, status, err, c.want)
		}
	}
	s.eventually("nothing is held", func() bool { return s.metric("biaoge_queue_bytes") == 0 && s.metric("biaoge_queue_requests") == 0 })
	if a := s.read(form("1", 0)); valueIn(a) != "1" {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
}

func repeat(w io.Writer, text string, times int) {
	for range times {
		if _, err := io.WriteString(w, text); err != nil {
			return
		}
	}
}

// Callers that send slowly hold no place for long, and none of a worker.
func TestSlowSendersHoldNoPlaceForLong(t *testing.T) {
	s := serve(t, "--workers", "1", "--queue", "2")
	for range 3 {
		conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
		s.must(err)
		defer conn.Close()
		io.WriteString(conn, "POST /v1/extract HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nxxx")
	}
	s.eventually("all places are taken", func() bool { return s.metric("biaoge_queue_requests") == 3 })
	if a := s.read(form("1", 0)); a.StatusCode != 429 {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	s.eventually("the places are free", func() bool { return s.metric("biaoge_queue_requests") == 0 })
	if a := s.read(form("1", 0)); valueIn(a) != "1" {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	s.eventually("they were told that they are slow", func() bool { return s.metric(`biaoge_requests_total{route="/v1/extract",status="408"}`) == 3 })
}

// Bombs and files that are no pictures are told so by the real workers; names
// that are paths name nothing.
func TestHostilePicturesAreToldSoByTheWorkers(t *testing.T) {
	s := serveReal(t, "--memory", "400")
	for _, c := range []struct {
		what string
		data []byte
		want int
	}{
		{"a PNG of 60,000×60,000", pngBomb(60_000, 60_000), 413},
		{"a PNG of 30,000×3,000 that is not there", pngBomb(30_000, 3_000), 422},
		{"a zip bomb", zipBomb(), 415},
		{"zeros", make([]byte, 1<<20), 415},
		{"a JPEG that ends early", []byte("\xff\xd8\xff\xe0"), 422},
		{"HTML", []byte("<html><script>alert(1)</script>"), 415},
	} {
		a := s.post("/v1/extract", c.data)
		if a.StatusCode != c.want {
			t.Errorf("%s: %d %s", c.what, a.StatusCode, a.body)
		}
	}
	for what, data := range map[string][]byte{"a zip bomb": zipBomb(), "zeros": make([]byte, 1<<20), "a PNG": pngBomb(60_000, 60_000),
		"elements without end": bytes.Repeat([]byte("<div>"), 200_000), "a table of tables": bytes.Repeat([]byte("<table><tr><td>"), 20_000)} {
		if a := s.post("/v1/report", data); a.StatusCode >= 500 {
			t.Errorf("%s as a report: %d %s", what, a.StatusCode, a.body)
		}
	}
	hostile, err := filepath.Glob("../../internal/picture/testdata/*")
	s.must(err)
	for _, name := range hostile {
		info, err := os.Stat(name)
		s.must(err)
		if info.IsDir() {
			continue
		}
		data, err := os.ReadFile(name)
		s.must(err)
		if a := s.post("/v1/extract", data); a.StatusCode >= 500 {
			t.Errorf("%s: %d %s", name, a.StatusCode, a.body)
		}
	}
	appeals, err := os.ReadFile("../../testdata/appeals.jpg")
	s.must(err)
	body, kind := upload("../../../etc/passwd", appeals, `C:\evil"name.jpg`, []byte("no picture"))
	a := s.post("/v1/extract", body, "Content-Type", kind)
	var got struct {
		Documents []tables.Document
		Failures  []struct{ Name string }
	}
	if err := json.Unmarshal(a.body, &got); err != nil || len(got.Documents) != 1 || got.Documents[0].Source.Path != "passwd" || len(got.Failures) != 1 {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	if a := s.get("/readyz"); a.StatusCode != 200 {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
}

// pngBomb is a PNG whose header tells of more than its few bytes hold.
func pngBomb(width, height uint32) []byte {
	var b bytes.Buffer
	b.WriteString("\x89PNG\r\n\x1a\n")
	chunk := func(name string, data []byte) {
		binary.Write(&b, binary.BigEndian, uint32(len(data)))
		body := append([]byte(name), data...)
		b.Write(body)
		binary.Write(&b, binary.BigEndian, crc32.ChecksumIEEE(body))
	}
	header := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, width), height)
	chunk("IHDR", append(header, 8, 0, 0, 0, 0))
	chunk("IDAT", []byte{0x78, 0x9c, 0x03, 0, 0, 0, 0, 1})
	chunk("IEND", nil)
	return b.Bytes()
}

// zipBomb is a zip of 100 MB of zeros in some 100 kB.
func zipBomb() []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	w, _ := z.Create("22.png")
	zeros := make([]byte, 1<<20)
	for range 100 {
		w.Write(zeros)
	}
	z.Close()
	return b.Bytes()
}
