namespace Rackboot.Cloud.Gcore;

/// <summary>Gcore bare metal, from gcore-go 018480da and gcorelabscloud-go 3214de7e.</summary>
internal static class GcoreTraits
{
    public static CloudTraits Table { get; } = new()
    {
        Provider = "gcore",
        Title = "Gcore",
        Bills = "by the hour; the API tells an account in trial that everything costs 0",
        Routes = [CloudRoute.CatalogueImage, CloudRoute.DiskImage],
        Switches = [CloudSwitch.On, CloudSwitch.Off, CloudSwitch.Reset, CloudSwitch.Soft],
        Reinstalls = true,
        Platform = "openstack",
        DiskFormat = "qcow2",
        ReadyWithin = TimeSpan.FromMinutes(40),
        ReadsPerMinute = 60,
        WritesPerMinute = 20,
        Login = "a permanent API token (password of the credential; any user name)",
        Settings = [new("project", "the number of the project"), new("region", "the number of the region that servers are in")],
        Unproven =
        [
            "whether an image of Talos boots on bare metal, whose network is a bond (LACP): the configuration has to make that",
            "the quota of a new account is zero",
        ],
    };
}
