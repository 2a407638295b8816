namespace Rackboot.Talos.Configuration;

/// <summary>Where a machine runs, as in <c>talosctl validate --mode</c>.</summary>
public enum RuntimeMode
{
    Metal,
    Cloud,
    Container,
}
