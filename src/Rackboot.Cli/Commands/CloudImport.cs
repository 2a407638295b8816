using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Rackboot.Cli.Output;
using Rackboot.Contracts;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot cloud import</c>: writes machines from another provider's export.</summary>
internal static class CloudImport
{
    public static Command Create(Session session) =>
        new("import", "Convert another provider's export to Machine documents.\n\nExample:\n  rackboot cloud import equinix "
            + "devices.json --to latitude-eu > machines.yaml")
        {
            Equinix(session),
        };

    private static Command Equinix(Session session)
    {
        var file = new Argument<string>("file") { Description = "The answer of GET /metal/v1/projects/ID/devices." };
        var to = new Option<string>("--to") { Description = "The Provider document for the new machines.", HelpName = "NAME",
            Required = true };
        var location = new Option<string?>("--location") { Description = "Only plans whose location name contains this word.",
            HelpName = "WORD" };
        var profile = new Option<string>("--profile") { Description = "Their profile.", HelpName = "NAME", DefaultValueFactory = _ =>
            "default" };
        var command = new Command("equinix",
            """
            Read the exported devices of an Equinix Metal project (the service ended on 30 June 2026) and print a Machine document for
            each, with another provider's cheapest plan that has at least its cores and memory. Buys
            nothing.

            Example:
              rackboot cloud import equinix devices.json --to latitude-eu > machines.yaml
            """) { file, to, location, profile };
        session.Run(command, async (result, client, cancel) =>
        {
            using var export = JsonDocument.Parse(await File.ReadAllTextAsync(result.GetValue(file)!, cancel));
            var provider = result.GetValue(to)!;
            var where = result.GetValue(location) is { } word ? $"&location={Uri.EscapeDataString(word)}" : "";
            var offers = new List<CloudOffer>();
            await foreach (var page in client.GetOfferPagesAsync($"provider={Uri.EscapeDataString(provider)}{where}", cancel))
                offers.AddRange(page);
            var (output, error) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            var found = 0;
            foreach (var device in Devices(export.RootElement))
            {
                var old = EquinixDevice.Read(device);
                found++;
                if (old.Nearest(offers) is not { } offer)
                {
                    error.WriteLine(Printable.Of($"rackboot: {old.Name}: {provider} offers no plan with {old.Cores} cores and "
                        + $"{old.MemoryGiB:0} GiB"));
                    continue;
                }

                output.Write($"""
                    # It was {Printable.Of(old.Plan)} in {Printable.Of(old.Metro)}, with {old.Cores} cores and {old.MemoryGiB:0} GiB.
                    # {offer.Plan} has {offer.Cores} and {offer.MemoryGiB:0} GiB, for {CloudTables.Word(offer.Hourly)} an hour.
                    apiVersion: v1alpha1
                    kind: Machine
                    name: {old.Name}
                    profile: {result.GetValue(profile)}
                    place: {"{"} provider: {provider}, plan: {offer.Plan}, location: {offer.Location} {"}"}
                    ---

                    """);
            }

            if (found == 0)
                throw new InvalidDataException($"{result.GetValue(file)} has no devices; it must be a list of them, or an object with a "
                    + $"member devices");
            return ExitCode.Ok;
        });
        return command;
    }

    private static IEnumerable<JsonElement> Devices(JsonElement root) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty("devices", out var devices) ? Devices(devices)
        : root.ValueKind == JsonValueKind.Array ? root.EnumerateArray().Where(d => d.ValueKind == JsonValueKind.Object)
        : [];
}
