namespace Rackboot.Ipmi;
public sealed class SolConsole { internal int N; internal void Take(ReadOnlySpan<byte> b) { N += b.Length; } }
