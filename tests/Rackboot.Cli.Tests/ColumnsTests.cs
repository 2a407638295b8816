using Rackboot.Cli.Output;
using Rackboot.Contracts;

namespace Rackboot.Cli.Tests;

/// <summary>Tables on a screen.</summary>
public sealed class ColumnsTests
{
    private static readonly Machine Long = Rack.Machine("discovered-525400000104") with
    {
        Profile = "control-plane-gpu",
        Status = Rack.Machine("x").Status! with { LastSeen = TimeProvider.System.GetUtcNow(), LastStage = BootStage.Configured,
            Address = "10.200.100.122" },
    };

    [Theory]
    [InlineData(80)]
    [InlineData(100)]
    [InlineData(60)]
    public void Every_line_of_every_list_fits_the_screen(int width)
    {
        Check(Tables.Machines(wide: false), Long);
        Check(Tables.Profiles(wide: false),
            Rack.Profile("control-plane-gpu") with { KernelArguments = [.. Enumerable.Repeat("console=ttyS0", 20)] });
        Check(Tables.Credentials(wide: false), Rack.Credential("rack-1-bmcs", "node-01", "node-02", "node-03"));
        Check(Tables.Assets(wide: false), Rack.Asset("talos/v1.14.0/amd64/initramfs"));
        Check(Tables.Leases(wide: false), Rack.Lease("10.200.100.122"));
        Check(Tables.Boots(wide: false), Rack.Boot("01980000000070008000000000000001") with { Machine = "discovered-525400000104" });

        void Check<T>(Listing<T> listing, T thing)
        {
            using var output = new StringWriter();
            listing.Columns(width).Write(output, [thing]);
            Assert.All(output.ToString().Split('\n'), line => Assert.InRange(line.Length, 0, width));
            Assert.DoesNotContain("…", output.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_matters_least_is_left_out_first()
    {
        Assert.Equal("NAME STATE POWER STAGE ADDRESS SEEN", Titles(Long, 80));
        Assert.Equal("NAME STATE POWER STAGE ADDRESS PROFILE FIRMWARE SEEN", Titles(Rack.Machine("node-01"), 80));
        Assert.Equal("NAME STATE POWER STAGE ADDRESS PROFILE FIRMWARE SEEN", Titles(Long, 130));
        Assert.Equal("NAME STATE", Titles(Long, 40));

        static string Titles(Machine machine, int width)
        {
            using var output = new StringWriter();
            Tables.Machines(wide: false).Columns(width).Write(output, [machine]);
            return string.Join(' ', output.ToString().Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }
    }

    [Fact]
    public void A_long_text_goes_on_below_itself_between_words()
    {
        using var output = new StringWriter();
        var columns = new Columns(50, [new("stage"), new("what")]);
        columns.Add("kernel", "nothing was heard for 60 s; is its console on?");
        columns.Write(output);
        Assert.Equal("STAGE   WHAT\nkernel  nothing was heard for 60 s; is its console\n        on?\n", output.ToString());
    }
}
