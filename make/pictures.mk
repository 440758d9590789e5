.PHONY: readme-picture

# The picture at the top of both READMEs: a sample, and beside it what extract
# --debug draws of it, cut to the table.
README_SAMPLE := testdata/proactive-2019-photo.jpg

readme-picture: test-deps build
	rm -rf out/readme && mkdir -p out/readme
	bin/biaoge extract --debug out/readme -o out/readme/document.json $(README_SAMPLE)
	printf '<body style="margin:0;display:flex;gap:12px"><img style="height:500px" src="../../%s"><div style="width:612px;height:500px;overflow:hidden;position:relative"><img style="width:777px;position:absolute;left:-85px;top:-128px" src="%s"></div>' \
		$(README_SAMPLE) "$$(basename out/readme/*.svg)" >out/readme/page.html
	chromium --headless=new --no-sandbox --hide-scrollbars --window-size=1200,500 --screenshot=docs/img/before-after.jpg "file://$(CURDIR)/out/readme/page.html" 2>/dev/null
