using Rackboot.Talos.Configuration.Cel;

namespace Rackboot.Talos.Configuration.Validation;

/// <summary>Volumes and their encryption (pkg/machinery/config/types/block).</summary>
internal static class VolumeRules
{
    private const long TenSeconds = 10_000_000_000;
    private static readonly string[] SystemVolumes = ["STATE", "EPHEMERAL", "IMAGECACHE", "ETCD", "CRI", "KUBELET", "LOG"];

    public static void System(Cursor volume, RuleContext context)
    {
        var name = volume["name"];
        if (Array.IndexOf(SystemVolumes, name.Text) < 0)
        {
            name.Refuse($"must be one of {string.Join(", ", SystemVolumes)}; for your own volumes use UserVolumeConfig");
            return;
        }

        var mount = volume["mount"];
        switch (name.Text)
        {
            case "STATE":
                volume["provisioning"].Refuse(!volume["provisioning"].IsZero, "is not supported for STATE");
                foreach (var key in volume["encryption"]["keys"].Items)
                    key["lockToState"].Refuse(key["lockToState"].IsTrue, "is not supported for STATE itself");
                mount.Refuse(!mount.IsZero, "is not supported for STATE");
                break;
            case "IMAGECACHE":
                mount.Refuse(!mount.IsZero, "is not supported for IMAGECACHE");
                volume["filesystem"].Refuse(!volume["filesystem"].IsZero, "is not supported for IMAGECACHE");
                break;
            case "EPHEMERAL":
                break;
            default:
                mount.Refuse(!mount.IsZero && volume["provisioning"].IsZero,
                    $"needs provisioning: {name.Text} needs its own partition");
                break;
        }

        Provisioning(volume["provisioning"], required: false, sizes: true);
        Encryption(volume["encryption"]);
        Maintenance(volume);
    }

    public static void User(Cursor volume, RuleContext context)
    {
        Check.VolumeName(volume, 34);
        switch (volume["volumeType"].Text)
        {
            case "directory":
                foreach (var field in new[] { "provisioning", "encryption", "filesystem" })
                    volume[field].Refuse(!volume[field].IsZero, "is not supported with volumeType: directory");
                var mount = volume["mount"];
                mount.Refuse(!mount.IsZero && (context.IsBeforeDocuments || mount["disableAccessTime"].Exists),
                    "is not supported with volumeType: directory");
                mount.Warn(!mount.IsZero, Check.NewerThanReleases);
                break;
            case "disk" or "partition" or "":
                Provisioning(volume["provisioning"], required: true, sizes: volume["volumeType"].Text != "disk");
                Filesystem(volume["filesystem"]);
                Encryption(volume["encryption"]);
                break;
            default:
                volume["volumeType"].Refuse("must be directory, disk or partition");
                break;
        }

        Maintenance(volume);
    }

    public static void Raw(Cursor volume, RuleContext context)
    {
        Check.VolumeName(volume, 34);
        Provisioning(volume["provisioning"], required: true, sizes: true);
        Encryption(volume["encryption"]);
    }

    public static void Existing(Cursor volume, RuleContext context)
    {
        Check.VolumeName(volume, int.MaxValue);
        CelRules.Require(volume["discovery"]["volumeSelector"]["match"], CelEnvironment.Volume);
        Maintenance(volume);
    }

    public static void External(Cursor volume, RuleContext context)
    {
        Check.VolumeName(volume, 34);
        volume["filesystemType"].Refuse(volume["filesystemType"].Text != "virtiofs", "must be virtiofs");
        if (volume["filesystemType"].Text == "virtiofs")
            volume["mount"]["virtiofs"]["tag"].Require();
    }

    public static void Trim(Cursor config, RuleContext context) =>
        config["interval"].Refuse(config["interval"].Number < 0, "cannot be negative");

    public static void Scrub(Cursor config, RuleContext context) =>
        config["interval"].Refuse(!config["interval"].IsZero && config["interval"].Number < TenSeconds, "must be at least 10s");

    public static void Zswap(Cursor config, RuleContext context) =>
        config["maxPoolPercent"].Refuse(config["maxPoolPercent"].Number is < 0 or > 100, "must be from 0 to 100");

    public static void SystemConflict(Cursor volume, Cursor legacy)
    {
        var partition = volume["name"].Text switch { "STATE" => "state", "EPHEMERAL" => "ephemeral", _ => "" };
        volume["encryption"].Refuse(partition.Length > 0 && !volume["encryption"].IsZero
            && legacy["machine"]["systemDiskEncryption"][partition].Exists,
            $"machine.systemDiskEncryption.{partition} already encrypts it; remove it there");
    }

    private static void Maintenance(Cursor volume)
    {
        Trim(volume["trim"], null!);
        Scrub(volume["scrub"], null!);
    }

    private static void Provisioning(Cursor provisioning, bool required, bool sizes)
    {
        var match = provisioning["diskSelector"]["match"];
        if (required)
            CelRules.Require(match, CelEnvironment.Disk);
        else
            CelRules.Optional(match, CelEnvironment.Disk, CelType.Bool);
        var (least, most) = (provisioning["minSize"], provisioning["maxSize"]);
        if (!sizes)
        {
            provisioning.Refuse(!least.IsZero || !most.IsZero || provisioning["grow"].Exists,
                "cannot have minSize, maxSize or grow for a whole disk");
            return;
        }

        var isAbsolute = !most.Text.EndsWith('%') && !most.Text.StartsWith('-');
        if (!least.IsZero && !most.IsZero && isAbsolute)
            least.Refuse(least.Number > most.Number, "is greater than maxSize");
        else
            provisioning.Refuse(required && least.IsZero && most.IsZero, "needs minSize or maxSize");
        least.Refuse(least.Text.StartsWith('-'), "cannot be negative");
    }

    private static void Filesystem(Cursor filesystem)
    {
        var type = filesystem["type"];
        type.Refuse(type.Text is not ("" or "none" or "xfs" or "ext4" or "btrfs"), "must be xfs, ext4 or btrfs");
        var isXfs = type.Text is "" or "none" or "xfs";
        filesystem["projectQuotaSupport"].Refuse(filesystem["projectQuotaSupport"].IsTrue && !isXfs, "needs filesystem type xfs");
        filesystem["xfs"].Refuse(filesystem["xfs"].Exists && !isXfs, "needs filesystem type xfs");
    }

    private static void Encryption(Cursor encryption)
    {
        if (encryption["provider"].IsZero && encryption["keys"].IsZero)
            return;
        encryption["provider"].Refuse(encryption["provider"].Text != "luks2", "must be luks2");
        encryption["keys"].Require("needs at least one key");
        var slots = new HashSet<long>();
        foreach (var key in encryption["keys"].Items)
        {
            key["slot"].Refuse(!slots.Add(key["slot"].Number), $"{key["slot"].Number} is used twice");
            key.Refuse(!key["static"].Exists && !key["nodeID"].Exists && !key["kms"].Exists && !key["tpm"].Exists,
                "needs static, nodeID, kms or tpm");
            foreach (var register in key["tpm"]["options"]["pcrs"].Items)
                register.Refuse(register.Number is < 0 or > 23, "must be from 0 to 23");
        }
    }
}
