using Rackboot.Contracts;
using Rackboot.Lab.Machines;
using Rackboot.Lab.Storm;
using Rackboot.Lab.Storm.Faults;

namespace Rackboot.Lab.Tests.Storm;

public sealed class FaultSharesTests
{
    [Fact]
    public void Shares_are_read_from_the_words_of_the_command_line()
    {
        var (shares, error) = FaultShares.Parse("lost-packets=2,stops=1%, clone=0.5");
        Assert.Null(error);
        Assert.Equal((2, 1, 0.5), (shares!.Percent[MachineFault.LostPackets], shares.Percent[MachineFault.Stops],
            shares.Percent[MachineFault.Clone]));
    }

    [Theory]
    [InlineData("melts=1", "no such fault: melts; use lost-packets, stops, bmc-password, half-download, clone")]
    [InlineData("stops", "stops: give the share in percent, like stops=2")]
    [InlineData("stops=many", "stops=many: give the share in percent, like stops=2")]
    [InlineData("stops=-1", "stops=-1: give the share in percent, like stops=2")]
    [InlineData("stops=60,clone=50", "the shares add up to 110 %; at most 100 % of the machines can have a fault")]
    public void What_is_no_share_is_refused_with_the_words_that_are_right(string text, string error) =>
        Assert.Equal(error, FaultShares.Parse(text).Error);

    [Fact]
    public void Each_fault_gets_its_share_and_at_least_one_machine()
    {
        var dealt = FaultShares.Parse("lost-packets=10,stops=0.1,bmc-password=0").Shares!.Deal(200, seed: 1);
        Assert.Equal(20, dealt.Count(f => f == MachineFault.LostPackets));
        Assert.Equal(1, dealt.Count(f => f == MachineFault.Stops));
        Assert.DoesNotContain(MachineFault.BmcPassword, dealt);
    }

    [Fact]
    public void The_same_seed_gives_the_same_machines_the_same_faults()
    {
        var shares = FaultShares.Parse("stops=10,clone=10").Shares!;
        Assert.Equal(shares.Deal(100, 7), shares.Deal(100, 7));
        Assert.NotEqual(shares.Deal(100, 7), shares.Deal(100, 8));
    }

    [Fact]
    public void Machines_are_of_each_firmware_and_differ_in_mac_address_bmc_and_uuid()
    {
        var machines = Plan(300, "").Build();
        Assert.All(Enum.GetValues<MachineFirmware>(), f => Assert.Equal(100, machines.Count(m => m.Firmware == f)));
        Assert.Equal((300, 300, 300), (machines.DistinctBy(m => m.Mac).Count(), machines.DistinctBy(m => m.Bmc).Count(),
            machines.DistinctBy(m => m.Uuid).Count()));
    }

    [Fact]
    public void A_clone_says_the_uuid_of_a_healthy_machine()
    {
        var machines = Plan(50, "clone=10,stops=10").Build();
        var clones = machines.Where(m => m.Fault == MachineFault.Clone).ToList();
        Assert.Equal(5, clones.Count);
        Assert.All(clones, c => Assert.Contains(machines, m => m.Fault == MachineFault.None && m.Uuid == c.Uuid));
    }

    [Theory]
    [InlineData("stops", "program-not-started", true)]
    [InlineData("stops", "booting", false)]
    [InlineData("half-download", "transfer-stopped", true)]
    [InlineData("half-download", "transfer-broke-off", true)]
    [InlineData("lost-packets", "reported", true)]
    [InlineData("bmc-password", "off", false)]
    public void The_right_words_name_the_cause(string fault, string cause, bool right) =>
        Assert.Equal(right, RightWords.Are(Fault(fault), Explained(cause, "")));

    [Fact]
    public void The_right_words_for_a_wrong_password_and_a_clone_name_what_is_wrong()
    {
        Assert.True(RightWords.Are(
            MachineFault.BmcPassword, Explained("power-action-failed", "10.31.0.1:623: wrong password for user 'admin'")));
        Assert.False(RightWords.Are(MachineFault.BmcPassword, Explained("power-action-failed", "10.31.0.1:623 does not answer")));
        Assert.True(RightWords.Are(
            MachineFault.Clone, Explained("reported", "") with { Evidence = ["it reports the same UUID as storm-00002"] }));
        Assert.False(RightWords.Are(MachineFault.Clone, Explained("reported", "")));
    }

    private static MachineFault Fault(string word) => FaultShares.Words.First(w => w.Word == word).Fault;

    private static Explanation Explained(string cause, string verdict) => new("storm-00001", verdict, null, [], null) { Cause = cause };

    private static StormPlan Plan(int machines, string faults) => new()
    {
        Name = "storm", StateDirectory = "", Programs = "", Machines = machines, Faults = FaultShares.Parse(faults).Shares!,
    };
}
