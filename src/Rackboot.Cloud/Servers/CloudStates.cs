using System.Collections.Frozen;
using Rackboot.Cloud.Http;

namespace Rackboot.Cloud;

/// <summary>A provider's words for states. A word that is not in it is <see cref="CloudState.Unknown"/>, never an error.</summary>
internal sealed class CloudStates(params (CloudState State, string[] Words)[] table)
{
    private readonly FrozenDictionary<string, CloudState> _states = table.SelectMany(row => row.Words.Select(word => (word, row.State)))
        .ToFrozenDictionary(row => row.word, row => row.State, StringComparer.OrdinalIgnoreCase);

    /// <summary>A server with the state that its word stands for; null without an id. The rest differs from provider to provider.</summary>
    public CloudServer? Server(Answer id, Answer name, Answer word) => id.Text is not { Length: > 0 } known ? null : new CloudServer
    {
        Id = known,
        Name = name.Text ?? "",
        State = Of(word.Text),
        Word = word.Text ?? "",
        On = On(Of(word.Text)),
    };

    public IEnumerable<string> Words => _states.Keys;

    public CloudState Of(string? word) => word is not null && _states.TryGetValue(word, out var state) ? state : CloudState.Unknown;

    /// <summary>What a state says of the power.</summary>
    public static bool? On(CloudState state) => state switch { CloudState.Running or CloudState.Rescue => true, CloudState.Stopped =>
        false, _ => null };
}
