using System.Net;
using System.Text;

namespace Rackboot.Fuzzing.Targets;

/// <summary>What targets do with bytes.</summary>
internal static class Inputs
{
    public static readonly IPAddress Somebody = IPAddress.Parse("10.20.0.77");

    public static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    public static byte[][] Texts(params string[] seeds) => [.. seeds.Select(Encoding.UTF8.GetBytes)];

    public static byte[][] Hex(params string[] seeds) => [.. seeds.Select(Convert.FromHexString)];

    /// <summary>Pieces of a conversation: each has its length before it, one byte.</summary>
    public static IEnumerable<byte[]> Pieces(byte[] input)
    {
        for (var at = 0; at < input.Length;)
        {
            var end = Math.Min(input.Length, at + 1 + input[at]);
            yield return input[(at + 1)..end];
            at = end;
        }
    }

    public static byte[] Conversation(params byte[][] pieces) => [.. pieces.SelectMany(p => p.Prepend((byte)p.Length))];

    /// <summary>A promise about an outcome.</summary>
    public static void Promise(bool kept, string what)
    {
        if (!kept)
            throw new InvalidOperationException($"broken promise: {what}");
    }
}
