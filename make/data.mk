# What docs/data.md tells of, so that its blocks are run: pandas, DuckDB and
# openpyxl in a virtual environment, and LibreOffice for the workbook.
TEST_PACKAGES += libreoffice-calc-nogui

VENV := out/venv

test-deps: $(VENV)/.installed
$(VENV)/.installed: docs/clients/requirements.txt
	@$(call install,python3-venv)
	@echo "== Python's packages for the examples of docs/data.md"
	rm -rf $(VENV) && /usr/bin/python3 -m venv $(VENV)
	$(VENV)/bin/pip install -q --disable-pip-version-check -r $<
	@touch $@
