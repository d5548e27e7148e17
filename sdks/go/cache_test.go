package miko

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/miko-control-plane/miko/sdks/go/internal/wire"
)

func listed1(instance string) *wire.List {
	return &wire.List{State: "known", Revision: 1, Endpoints: []wire.Endpoint{
		{ID: "ep_1", Instance: instance, Protocol: "http", Health: "passing", State: "active"},
	}}
}

func TestProcessesShareOneFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "miko")
	one, two := newCache(dir, "http://miko", "shop"), newCache(dir, "http://miko", "shop")
	if err := one.store(map[string]*wire.List{"web": listed1("web-1")}, time.UnixMilli(1000)); err != nil {
		t.Fatal(err)
	}
	if err := two.store(map[string]*wire.List{"mail": listed1("mail-1")}, time.UnixMilli(2000)); err != nil {
		t.Fatal(err)
	}
	lists, at, err := one.load()
	if err != nil || at.UnixMilli() != 2000 || lists["web"].Endpoints[0].Instance != "web-1" || lists["mail"] == nil {
		t.Errorf("%v %v %v", lists, at, err)
	}
	other := newCache(dir, "http://miko", "other")
	if lists, _, err := other.load(); lists != nil || err != nil {
		t.Errorf("another project has another file: %v %v", lists, err)
	}
	files, _ := os.ReadDir(dir)
	if len(files) != 1 {
		t.Errorf("%v", files)
	}
}

func TestAFileThatCannotBeReadServesNothingAndIsReplaced(t *testing.T) {
	for name, text := range map[string]string{
		"no JSON":        "{",
		"another format": `{"format":2,"saved_at":1,"services":{}}`,
		"no list":        `{"format":1,"saved_at":1,"services":{"mail":{"state":"known"}}}`,
		"too large":      `{"format":1,"saved_at":1,"services":{}}` + strings.Repeat(" ", 2000),
	} {
		c := newCache(t.TempDir(), "http://miko", "shop")
		c.maxBytes = 1000
		if err := os.WriteFile(c.file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if lists, _, err := c.load(); CodeOf(err) != CodeCacheFailed || lists != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := c.store(map[string]*wire.List{"web": listed1("web-1")}, time.Now()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if lists, _, err := c.load(); err != nil || len(lists) != 1 {
			t.Errorf("%s: %v %v", name, lists, err)
		}
	}
}

func TestOwnServicesComeFirstWhereThereIsNoRoomForAll(t *testing.T) {
	c := newCache(t.TempDir(), "http://miko", "shop")
	c.maxBytes = 400
	if err := c.store(map[string]*wire.List{"mail": listed1("mail-1")}, time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := c.store(map[string]*wire.List{"web": listed1("web-1")}, time.Now()); err != nil {
		t.Fatal(err)
	}
	lists, _, err := c.load()
	if err != nil || lists["web"] == nil || lists["mail"] != nil {
		t.Errorf("%v %v", lists, err)
	}
}
