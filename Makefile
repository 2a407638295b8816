.PHONY: run test build bench lint clean
build:
	dotnet build Appliance.sln
