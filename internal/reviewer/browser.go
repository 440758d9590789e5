// Package reviewer reviews as a person does: it drives the page of biaoge review
// in a headless Chromium, key by key. The tests of the page and the measurements
// are made with it. It knows the page's data attributes, and must not
// know what is behind them.
package reviewer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Look is how a browser is set up.
type Look struct {
	Language      string // such as zh-CN; empty for en-US
	Dark          bool
	Width, Height int     // of the window; 1366 × 768 where they are 0
	Phone         bool    // a finger instead of a mouse
	Zoom          float64 // as a person zooms a page; 0 is 1
}

// A Browser is a running Chromium.
type Browser struct {
	ctx  context.Context
	stop func()
}

// Start starts a browser.
func Start(ctx context.Context) (*Browser, error) {
	path, err := find()
	if err != nil {
		return nil, err
	}
	options := append([]chromedp.ExecAllocatorOption{}, chromedp.DefaultExecAllocatorOptions[:]...)
	options = append(options, chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.Headless, chromedp.DisableGPU, chromedp.Flag("font-render-hinting", "none"))
	alloc, stopAlloc := chromedp.NewExecAllocator(ctx, options...)
	b, stop := chromedp.NewContext(alloc)
	if err := chromedp.Do(b); err != nil {
		stop()
		stopAlloc()
		return nil, fmt.Errorf("starting %s: %w", path, err)
	}
	return &Browser{b, func() { stop(); stopAlloc() }}, nil
}

// find finds Chromium.
func find() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("no chromium is installed: apt-get install chromium")
}

// Close ends the browser.
func (b *Browser) Close() { b.stop() }

// A Tab is one page.
type Tab struct {
	browser *Browser
	ctx     context.Context
	close   func()
}

// Profile makes a tab with storage of its own, as another person's browser
// has.
func (b *Browser) Profile(l Look) (*Tab, error) {
	return b.open(l, chromedp.WithNewBrowserContext())
}

// Beside opens another tab with the storage of this one.
func (t *Tab) Beside(l Look) (*Tab, error) {
	return t.browser.open(l, chromedp.WithExistingBrowserContext(chromedp.FromContext(t.ctx).BrowserContextID))
}

func (b *Browser) open(l Look, o ...chromedp.ContextOption) (*Tab, error) {
	ctx, stop := chromedp.NewContext(b.ctx, o...)
	if err := set(ctx, l); err != nil {
		stop()
		return nil, err
	}
	return &Tab{b, ctx, stop}, nil
}

func set(ctx context.Context, l Look) error {
	if l.Width == 0 {
		l.Width, l.Height = 1366, 768
	}
	l.Language, l.Zoom = cmp.Or(l.Language, "en-US"), cmp.Or(l.Zoom, 1)
	scheme := "light"
	if l.Dark {
		scheme = "dark"
	}
	if err := chromedp.Do(ctx); err != nil {
		return err
	}
	agent, err := chromedp.Run(ctx, chromedp.Evaluate[string]("navigator.userAgent"))
	if err != nil {
		return err
	}
	return errors.Join(
		call(ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: int64(float64(l.Width) / l.Zoom), Height: int64(float64(l.Height) / l.Zoom), DeviceScaleFactor: l.Zoom, Mobile: l.Phone}),
		call(ctx, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: l.Phone}),
		call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}),
		call(ctx, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}),
		call(ctx, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: agent, AcceptLanguage: l.Language}),
	)
}

func call[P, R any](ctx context.Context, c cdp.Command[P, R], p P) error {
	_, err := chromedp.Call(ctx, c, p)
	return err
}

// Close closes the tab and forgets its storage, if it was the first with it.
func (t *Tab) Close() { t.close() }

// Shut closes the tab as a person does; its storage stays for those beside it.
func (t *Tab) Shut() error { return call(t.ctx, page.Close, cdp.Empty{}) }

// Context is the tab's, for all else that chromedp can do.
func (t *Tab) Context() context.Context { return t.ctx }

// Open goes to an address.
func (t *Tab) Open(url string) error { return chromedp.Do(t.ctx, chromedp.Navigate(url)) }

// Eval runs a script and returns what it gives.
func Eval[T any](t *Tab, script string) (T, error) {
	return chromedp.Run(t.ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
}

// Press presses keys, one after the other: characters, or the names below.
func (t *Tab) Press(keys string) error { return chromedp.Do(t.ctx, chromedp.KeyEvent(keys)) }

// Names of keys.
const (
	Enter  = kb.Enter
	Escape = kb.Escape
	Down   = kb.ArrowDown
	Right  = kb.ArrowRight
	Left   = kb.ArrowLeft
	F2     = kb.F2

	PageDown = kb.PageDown
)

// Modifiers that are held while a key is pressed.
const (
	Alt  = kb.ModifierAlt
	Ctrl = kb.ModifierCtrl
)

// With presses a key while others are held.
func (t *Tab) With(key string, m kb.Modifier) error {
	return chromedp.Do(t.ctx, chromedp.KeyEvent(key, chromedp.KeyModifiers(m)))
}

// Hold presses a key as one does who does not let go of it in time.
func (t *Tab) Hold(key rune, times int) error {
	for i := range times {
		for _, e := range kb.Encode(key) {
			p := *e
			if repeated := i > 0; repeated {
				if p.Type == input.DispatchKeyEventTypeKeyUp {
					continue
				}
				p.AutoRepeat = &repeated
			} else if p.Type == input.DispatchKeyEventTypeKeyUp {
				continue
			}
			if err := call(t.ctx, input.DispatchKeyEvent, p); err != nil {
				return err
			}
		}
	}
	all := kb.Encode(key)
	return call(t.ctx, input.DispatchKeyEvent, *all[len(all)-1])
}

// Click clicks what a selector of CSS finds.
func (t *Tab) Click(selector string) error {
	return chromedp.Do(t.ctx, chromedp.Click(chromedp.CSS(selector)))
}

// A Seen question is what the page shows of one.
type Seen struct {
	ID       string `json:"id"`
	Mode     string `json:"mode"`
	Kind     string `json:"kind"`
	Reading  string `json:"reading"`
	Answer   string `json:"answer"`
	Left     int    `json:"left"`
	Saved    string `json:"saved"`
	Indexing bool   `json:"indexing"`
	Count    int    `json:"count"` // of questions in the document
	Text     string `json:"text"`  // of the page, where there is no question
}

const seen = `(() => { const q = document.querySelector('[data-question]'), left = document.querySelector('[data-left]');
return { id: q?.dataset.question || '', mode: q?.dataset.mode || '', kind: q?.dataset.kind || '', reading: q?.querySelector('[data-reading]')?.textContent || '',
answer: q?.querySelector('[data-answer]')?.value || '', left: Number(left?.dataset.left ?? -1), saved: document.querySelector('[data-saved]')?.dataset.saved || '',
indexing: !!document.querySelector('[data-indexing]'), count: document.querySelectorAll('[data-question]').length, text: q ? '' : document.querySelector('main')?.innerText || '' } })()`

// Look tells what is on the page.
func (t *Tab) Look() (s Seen, err error) {
	return Eval[Seen](t, seen)
}

// patience is how long anything of the page may take: an answer waits until it
// is on the disk, and a busy disk was seen to take 17 seconds for that.
const patience = time.Minute

// Until waits for the page to be as asked for.
func (t *Tab) Until(what string, ok func(Seen) bool) (Seen, error) {
	var s Seen
	var err error
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if s, err = t.Look(); err == nil && ok(s) {
			return s, nil
		}
		if t.ctx.Err() != nil {
			return s, t.ctx.Err()
		}
	}
	return s, fmt.Errorf("waited %v in vain for %s: %+v %v", patience, what, s, err)
}

// Question waits for a question other than the one with an id.
func (t *Tab) Question(other string) (Seen, error) {
	return t.Until("a question", func(s Seen) bool { return s.Count == 1 && s.ID != other })
}

// Shoot takes a picture of the page.
func (t *Tab) Shoot(file string) error {
	data, err := chromedp.Run(t.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o666)
}
