namespace Rackboot.Talos.Configuration;

/// <summary>Where a machine runs, as <c>talosctl validate --mode</c> tells apart.</summary>
public enum RuntimeMode
{
    Metal,
    Cloud,
    Container,
}
