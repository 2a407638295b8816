using Rackboot.Core.Events;

namespace Rackboot.Core.Boot;

/// <summary>Something to note on a boot that changes nothing about where it stands.</summary>
/// <param name="Fact">What it means.</param>
public readonly record struct Remark(string Text, Level Level, Fact Fact);
