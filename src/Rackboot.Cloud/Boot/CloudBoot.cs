namespace Rackboot.Cloud;

/// <summary>What a server boots first.</summary>
public abstract record CloudBoot
{
    private CloudBoot()
    {
    }

    public abstract CloudRoute Route { get; }

    /// <param name="Text">Begins with <c>#!ipxe</c>.</param>
    public sealed record InlineScript(string Text) : CloudBoot
    {
        public override CloudRoute Route => CloudRoute.InlineScript;
    }

    public sealed record ScriptUrl(Uri Url) : CloudBoot
    {
        public override CloudRoute Route => CloudRoute.ScriptUrl;
    }

    /// <param name="Arguments">Of the kernel.</param>
    public sealed record NetBoot(Uri Kernel, Uri Initramfs, string Arguments) : CloudBoot
    {
        public override CloudRoute Route => CloudRoute.NetBoot;
    }

    /// <param name="Name">The same for the same image, so that it is fetched once.</param>
    public sealed record DiskImage(Uri Url, string Name) : CloudBoot
    {
        public override CloudRoute Route => CloudRoute.DiskImage;
    }

    /// <param name="Image">A raw image, compressed with xz or zstd.</param>
    public sealed record Rescue(Uri Image) : CloudBoot
    {
        public override CloudRoute Route => CloudRoute.Rescue;
    }

    /// <param name="Image">The provider's id of it.</param>
    public sealed record CatalogueImage(string Image) : CloudBoot
    {
        public override CloudRoute Route => CloudRoute.CatalogueImage;
    }
}
