namespace Rackboot.Cloud;

/// <summary>Chooses how Talos gets onto a server: the first way that the provider can do and the operator has the files for.</summary>
public static class CloudBootPlan
{
    /// <param name="boot">What to boot; null if there is no way, and then <paramref name="reason"/> says why.</param>
    public static bool TryChoose(CloudTraits traits, IReadOnlyList<CloudBoot> available, out CloudBoot? boot, out string? reason)
    {
        boot = traits.Routes.Select(route => available.FirstOrDefault(b => b.Route == route)).FirstOrDefault(b => b is not null);
        reason = boot is not null ? null
            : traits.Routes.Count == 0 ? $"{traits.Title} documents no way to boot Talos on its servers"
            : traits.Routes.Contains(CloudRoute.CatalogueImage) ? $"{traits.Title} boots its own images: upload Talos there once, "
                + $"and set it as the provider's boot.image (docs/clouds.md)"
            : $"{traits.Title} takes {string.Join(" or ", traits.Routes.Select(Word))}, and none is known; give the machine a profile";
        return boot is not null;
    }

    /// <summary>The word that people read.</summary>
    public static string Word(CloudRoute route) => route switch
    {
        CloudRoute.InlineScript => "iPXE script",
        CloudRoute.ScriptUrl => "iPXE URL",
        CloudRoute.NetBoot => "kernel and initramfs",
        CloudRoute.DiskImage => "disk image",
        CloudRoute.Rescue => "rescue system",
        _ => "own image",
    };
}
