# make install puts the program, its manual page, what shells complete with, and
# the licences below PREFIX (/usr/local), itself below DESTDIR; make uninstall
# takes them away. make deb builds a Debian package of the same.

.PHONY: install uninstall deb deb-test packages-test

PREFIX ?= /usr/local
INSTALLED := bin/biaoge share/man/man1/biaoge.1.gz share/bash-completion/completions/biaoge \
	share/zsh/site-functions/_biaoge share/fish/vendor_completions.d/biaoge.fish \
	share/doc/biaoge/LICENSE share/doc/biaoge/licences.md
TO = $(DESTDIR)$(PREFIX)/
# What the program says of itself is made by the program, in English.
BIN = bin/biaoge
SAY = LC_ALL=C $(BIN)

install: build
	install -d $(sort $(dir $(addprefix $(TO),$(INSTALLED))))
	install -m 755 $(BIN) $(TO)bin/biaoge
	$(SAY) help man | gzip -9n > $(TO)share/man/man1/biaoge.1.gz
	$(SAY) completion bash > $(TO)share/bash-completion/completions/biaoge
	$(SAY) completion zsh > $(TO)share/zsh/site-functions/_biaoge
	$(SAY) completion fish > $(TO)share/fish/vendor_completions.d/biaoge.fish
	install -m 644 LICENSE docs/licences.md $(TO)share/doc/biaoge/

uninstall:
	rm -f $(addprefix $(TO),$(INSTALLED))
	rmdir $(TO)share/doc/biaoge 2>/dev/null || true

deb: deps
	@$(call install,dpkg-dev)
	VERSION=$(VERSION) make/deb.sh

# The package is installed in a clean root and runs there (as root; BASE names a
# root that debootstrap has made already).
deb-test: deb
	make/deb-test.sh out/biaoge.deb

# The image and the package on one base, which takes half of the time to make.
packages-test:
	make/packages-test.sh
