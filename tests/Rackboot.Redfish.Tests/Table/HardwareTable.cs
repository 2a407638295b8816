using System.Text;
using Rackboot.Redfish.Tests.Server;

namespace Rackboot.Redfish.Tests.Table;

/// <summary>Tries every operation on every tree, and writes docs/hardware.md of what came of it.</summary>
internal static class HardwareTable
{
    private const string Introduction =
        """
        # What the BMCs support

        Each column is a real BMC's Redfish tree, served by a test server that keeps state; each cell is what came of trying the
        operation through `Rackboot.Redfish`. `-` means that the tree does not offer it. The test
        `Every_operation_on_every_tree_gives_the_table` writes this page; renew it with `RACKBOOT_RENEW=1 tests/run Redfish.Tests`.

        A tree is one machine with one firmware: another of the same vendor may offer more or less. What differs by vendor is in
        `src/Rackboot.Redfish/Quirks`, a file each, with the source of every line.


        """;

    public static async Task<string> WriteAsync()
    {
        var columns = new List<(string[] Head, Dictionary<Operation, string> Cells)>();
        foreach (var tree in RedfishTree.Real)
            columns.Add(await TryAsync(tree));
        var text = new StringBuilder(Introduction);
        Row(text, "", columns.Select(c => c.Head[0]));
        Row(text, "---", columns.Select(_ => "---"));
        Row(text, "BMC", columns.Select(c => c.Head[1]));
        Row(text, "Redfish", columns.Select(c => c.Head[2]));
        Row(text, "Quirks of", columns.Select(c => c.Head[3]));
        foreach (var group in Operations.All.GroupBy(o => o.Group))
        {
            Row(text, $"**{group.Key}**", columns.Select(_ => ""));
            foreach (var operation in group)
                Row(text, operation.Name, columns.Select(c => c.Cells[operation]));
        }

        return text.ToString();
    }

    public static async Task<(string[] Head, Dictionary<Operation, string> Cells)> TryAsync(string tree)
    {
        var clock = new HurryingClock();
        await using var server = await RedfishServer.StartAsync(tree, clock);
        await using var client = server.Client();
        var identity = await client.Discovery.IdentityAsync();
        var root = await client.ReadRootAsync();
        string[] head =
        [
            $"{identity.Manufacturer ?? root.Vendor} {identity.Model ?? root.Product} ({tree})".Trim(),
            $"{identity.ManagerModel} {identity.ManagerFirmware}".Trim(), root.RedfishVersion ?? "?", root.Quirks.Name,
        ];
        var cells = new Dictionary<Operation, string>();
        foreach (var operation in Operations.All)
            cells[operation] = await TryAsync(operation, client, server);
        return (head, cells);
    }

    private static async Task<string> TryAsync(Operation operation, RedfishService client, RedfishServer server)
    {
        try
        {
            return await operation.Try(client, server) ?? "yes";
        }
        catch (RedfishException e) when (e.Failure == RedfishFailure.NotSupported)
        {
            return "-";
        }
        catch (RedfishException e) when (e.Failure == RedfishFailure.Refused
            && operation.Name.StartsWith("UefiHttp", StringComparison.Ordinal))
        {
            return "not listed";
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{server.Tree.Name}: {operation.Group}, {operation.Name}: {e.Message}", e);
        }
    }

    private static void Row(StringBuilder text, string first, IEnumerable<string> cells) =>
        text.Append("| ").AppendJoin(" | ", cells.Prepend(first)).Append(" |\n");
}
