namespace Rackboot.Redfish.Tests;

/// <summary>Which quirks a service gets.</summary>
public sealed class QuirksTests
{
    [Theory]
    [InlineData("Dell", "Integrated Dell Remote Access Controller", "Dell", "Dell iDRAC")]
    [InlineData("HPE", "ProLiant DL380a Gen11", "Hpe", "HPE iLO")]
    [InlineData(null, null, "Hp", "HPE iLO")]
    [InlineData("Lenovo", "ThinkSystem", "", "Lenovo XCC")]
    [InlineData(null, null, "Supermicro", "Supermicro")]
    [InlineData("NVIDIA", "GB200 NVL", "", "NVIDIA")]
    [InlineData("WIWYNN", "GB200 NVL", "", "NVIDIA")]
    [InlineData("AMI", "AMI Redfish Server", "Ami", "AMI MegaRAC")]
    [InlineData("OpenBMC", null, "", "OpenBMC")]
    [InlineData("Contoso", "3500", "Contoso", null)]
    [InlineData(null, null, "", null)]
    public void A_root_is_recognised_by_vendor_then_Oem_then_product(string? vendor, string? product, string oem, string? expected) =>
        Assert.Equal(expected, KnownVendors.OfRoot(vendor, product, oem.Split(','))?.Name);

    [Theory]
    [InlineData("Dell Inc.", "Dell iDRAC")]
    [InlineData("HPE", null)] // the root of an iLO tells; without it this is a Cray EX, whose BMC is none
    [InlineData("Contoso", null)]
    public void A_system_is_recognised_by_its_maker_where_the_root_need_not_tell(string maker, string? expected) =>
        Assert.Equal(expected, KnownVendors.OfSystem(maker)?.Name);

    [Theory]
    [InlineData("OpenBmc", "OpenBMC")]
    [InlineData("Lenovo XClarity Controller", "Lenovo XCC")]
    [InlineData("ASPEED", null)]
    public void A_manager_is_recognised_by_its_model(string model, string? expected) =>
        Assert.Equal(expected, KnownVendors.OfManager(model)?.Name);

    [Fact]
    public void Every_vendor_has_a_name_of_its_own_and_something_to_be_recognised_by()
    {
        Assert.Equal(KnownVendors.All.Count, KnownVendors.All.Select(q => q.Name).Distinct().Count());
        Assert.All(KnownVendors.All, q => Assert.NotEmpty(q.Makers.Concat(q.OemKeys).Concat(q.ManagerModels)));
    }
}
