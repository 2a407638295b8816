using System.Collections.Concurrent;

namespace Rackboot.Dhcp;

/// <summary>Numbers for the few texts that many leases share.</summary>
internal sealed class SharedTexts
{
    private readonly ConcurrentDictionary<string, int> _numbers = new();
    private volatile string[] _texts = [];

    public string this[int number] => _texts[number];

    public int NumberOf(string text) => _numbers.TryGetValue(text, out var number) ? number : Add(text);

    private int Add(string text)
    {
        lock (_numbers)
        {
            if (_numbers.TryGetValue(text, out var number))
                return number;
            _texts = [.. _texts, text];
            return _numbers[text] = _texts.Length - 1;
        }
    }
}
