# README.md explains the targets.
PROGRAMS := Rackboot.Daemon:rackbootd Rackboot.Cli:rackboot Rackboot.Lab:rackboot-lab
STATE    ?= out/lab

.PHONY: run test build bench reference package offline-bundle images lint clean deps

run: deps build
	out/rackboot-lab up --state $(STATE) $(if $(TALOS),--talos $(TALOS)) $(if $(KUBERNETES),--kubernetes $(KUBERNETES)) $(if $(KEEP),--keep)

test: deps build
	tests/run

build:
	dotnet build Appliance.sln -c Release -v quiet
	@set -e; mkdir -p out; for program in $(PROGRAMS); do \
	  project=$${program%%:*}; name=$${program##*:}; \
	  rm -rf "out/lib/$$name"; dotnet publish "src/$$project" -c Release --use-current-runtime --self-contained false -p:PublishReadyToRun=true -v quiet -o "out/lib/$$name"; \
	  ln -sfn "lib/$$name/$$name" "out/$$name"; \
	done

bench: deps build
	bench/run all
	bench/tftp-hall
	bench/ipmi all
	bench/config
	bench/talos
	bench/talos --scripts
	bench/pieces
	bench/table

# Writes docs/reference and docs/explain.md from the code; the tests fail where a committed page differs.
reference: export RACKBOOT_WRITE_REFERENCE = 1
reference:
	dotnet build tests/Rackboot.Cli.Tests -c Release -v quiet
	dotnet build tests/Rackboot.Daemon.Tests -c Release -v quiet
	dotnet build tests/Rackboot.Cloud.Tests -c Release -v quiet
	tests/Rackboot.Cloud.Tests/bin/Release/net10.0/Rackboot.Cloud.Tests -noColor -class '*.ProviderPageTests'
	tests/Rackboot.Cli.Tests/bin/Release/net10.0/Rackboot.Cli.Tests -noColor -class '*.ReferenceTests'
	tests/Rackboot.Daemon.Tests/bin/Release/net10.0/Rackboot.Daemon.Tests -noColor -class '*.ConfigurationTests' -class '*.OpenApiTests' -class '*.ExplainTests'

# out/packages/*.deb and *.rpm: docs/install.md.
package:
	packaging/build

# out/packages/rackboot-*-offline.tar: packages, all that they depend on, docs, checksums, signature, for a site without a network.
offline-bundle: package
	packaging/offline-bundle

# out/images: a disk and an installer ISO of an appliance, for a site with nothing else: docs/images.md.
images: package
	images/appliance/build

# Format and analyzers, as the build has them, without building.
lint:
	dotnet format Appliance.sln --verify-no-changes --severity warn

deps:
	@tests/install-packages
	@tests/install-prism

clean:
	rm -rf out
	find src tests bench -name bin -o -name obj -type d | xargs rm -rf
