using Rackboot.Redfish.Tests.Server;

namespace Rackboot.Redfish.Tests.Table;

/// <summary>Every operation on every tree.</summary>
public sealed class HardwareTableTests
{
    [Fact]
    public async Task Every_operation_on_every_tree_gives_the_table()
    {
        if (RedfishTree.Real.Count == 0)
            Assert.Skip("the responses of real BMCs (../shared/redfish) are not here");
        var page = Path.Combine(Root(), "docs", "hardware.md");
        var table = await HardwareTable.WriteAsync();
        if (Environment.GetEnvironmentVariable("RACKBOOT_RENEW") is { Length: > 0 })
            await File.WriteAllTextAsync(page, table);
        Assert.True(
            File.Exists(page) && await File.ReadAllTextAsync(page) == table,
            "docs/hardware.md is not what the operations gave; look at why, and renew it with: RACKBOOT_RENEW=1 tests/run Redfish.Tests");
    }

    [Theory]
    [InlineData("plain", "")]
    [InlineData(
        "tray",
        "Soft reset, Diagnostic interrupt, BiosSetup once, Pxe until changed, UefiHttp, UefiHttp with a URL, BIOS attributes, Stage a "
            + "BIOS attribute, "
        + "Secure Boot state, Secure Boot on off, Reset of its keys, Update that the BMC fetches, PCIe devices, Event log, Clear it, "
        + "Events as they happen, Network ports, Memory")]
    public async Task Every_operation_on_our_own_trees_works_or_is_not_offered(string tree, string notOffered)
    {
        var (_, cells) = await HardwareTable.TryAsync(tree);
        var missing = cells.Where(c => c.Value == "-").Select(c => c.Key.Name.Replace(",", "", StringComparison.Ordinal));
        Assert.Equal(notOffered.Split(", ", StringSplitOptions.RemoveEmptyEntries).Order(), missing.Order());
    }

    private static string Root()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
            if (File.Exists(Path.Combine(directory.FullName, "Appliance.sln")))
                return directory.FullName;
        throw new InvalidOperationException("Appliance.sln is in no folder above the test");
    }
}
