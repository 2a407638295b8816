namespace Rackboot.Core.Events;

/// <summary>An event for operators.</summary>
/// <param name="Id">Grows by one.</param>
/// <param name="Kind"><c>machine.discovered</c>, <c>boot.stage</c>, <c>config.refused</c>, …</param>
public sealed record RackEvent(long Id, DateTimeOffset Time, string Kind, Level Level, string? Machine, string? Boot, string Text);
