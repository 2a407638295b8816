namespace Rackboot.Core.Clusters;

/// <summary>What a node told over the event sink since it last started.</summary>
/// <param name="ConfigurationRefused">Talos could not read its configuration, or found a mistake in it.</param>
/// <param name="Installing">It installs itself.</param>
/// <param name="Restarting">It restarts, by itself or because somebody asked.</param>
/// <param name="Problem">The newest failure in its own words.</param>
public sealed record NodeEvents(bool ConfigurationRefused = false, bool Installing = false, bool Restarting = false, string? Problem = null)
{
    public static NodeEvents None { get; } = new();
}
