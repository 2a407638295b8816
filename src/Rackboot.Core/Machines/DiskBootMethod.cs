namespace Rackboot.Core.Machines;

/// <summary>How a machine is sent on to its disk; firmware differs in what it understands.</summary>
public enum DiskBootMethod
{
    Auto,
    Exit,
    Sanboot,
    Http404,
    Silent,
}
