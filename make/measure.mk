.PHONY: measure

# The table of the notes: 100 pictures of every kind, of fonts and a seed that
# nothing was fitted on, and how sure the readings are. Some ten minutes.
KINDS := clean lowres scan photo style turned stamp dark dashed borderless page continued generic none
comma := ,
space := $() $()

measure: test-deps build
	bin/biaoge synth -n $(or $(N),1400) --seed $(or $(SEED),91) --fonts test --kinds $(subst $(space),$(comma),$(KINDS)) out/measure
	bin/biaoge evaluate --plot out/measure.svg --json out/measure.json --save out/measure.jsonl out/measure/truth.jsonl out/measure
