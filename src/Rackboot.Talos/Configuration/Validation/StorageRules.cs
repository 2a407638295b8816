using Rackboot.Talos.Configuration.Cel;

namespace Rackboot.Talos.Configuration.Validation;

/// <summary>LVM and software RAID (pkg/machinery/config/types/storage).</summary>
internal static class StorageRules
{
    public static void LogicalVolume(Cursor volume, RuleContext context)
    {
        Check.VolumeName(volume, 63, underscores: true);
        var type = volume["type"].Text is "" ? "linear" : volume["type"].Text;
        var (mirrors, stripes, provisioning) = (volume["mirrors"], volume["stripes"], volume["provisioning"]);
        mirrors.Refuse(mirrors.Exists && type is not ("raid1" or "raid10"), $"is not allowed with type {type}");
        mirrors.Refuse(mirrors.Exists && type is "raid1" or "raid10" && mirrors.Exists && mirrors.Number < 1, "must be at least 1");
        stripes.Refuse(stripes.Exists && type is not ("raid0" or "raid10"), $"is not allowed with type {type}");
        stripes.Refuse(stripes.Exists && type is "raid0" or "raid10" && stripes.Exists && stripes.Number < 2, "must be at least 2");
        provisioning["volumeGroup"].Require();
        var (least, most) = (provisioning["minSize"], provisioning["maxSize"]);
        most.Require();
        most.Refuse(most.Text.StartsWith('-'), "cannot be negative");
        least.Refuse(!least.IsZero && !most.Text.EndsWith('%') && least.Number > most.Number, "is greater than maxSize");
    }

    public static void VolumeGroup(Cursor group, RuleContext context)
    {
        Check.VolumeName(group, 63, underscores: true);
        CelRules.Require(group["provisioning"]["volumeSelector"]["match"], CelEnvironment.Volume);
    }

    public static void RaidArray(Cursor array, RuleContext context)
    {
        Check.VolumeName(array, 32, underscores: true);
        CelRules.Require(array["provisioning"]["volumeSelector"]["match"], CelEnvironment.Volume);
    }
}
