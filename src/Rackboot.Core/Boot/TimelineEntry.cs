using Rackboot.Core.Events;

namespace Rackboot.Core.Boot;

/// <summary>One fact on the timeline of a boot.</summary>
/// <param name="Source">What it was seen through: <c>dhcp</c>, <c>tftp</c>, <c>http</c>, <c>ipxe</c>, <c>config</c>, <c>talos</c>,
/// <c>rackboot</c>.</param>
public sealed record TimelineEntry(DateTimeOffset Time, BootStage Stage, string Source, Level Level, string Text);
