using System.Globalization;

namespace Rackboot.Lab.Storm.Boot;

/// <summary>What an iPXE script of the appliance has the machine do: boot a kernel, or wait and ask again.</summary>
/// <param name="Kernel">Null: it waits.</param>
/// <param name="Arguments">The kernel's command line, by name.</param>
/// <param name="Says">What the script shows on the console.</param>
internal sealed record BootScript(
    Uri? Kernel, Uri? Initramfs, IReadOnlyDictionary<string, string> Arguments, TimeSpan AskAgain, string Says)
{
    public static BootScript Parse(string text)
    {
        Uri? kernel = null, initramfs = null;
        var arguments = new Dictionary<string, string>();
        var (sleep, says) = (5, new List<string>());
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries))
        {
            var words = line.Split(" ||")[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            switch (words)
            {
                case ["kernel", var url, ..]:
                    kernel = new Uri(url);
                    foreach (var argument in words.Skip(2))
                        arguments[argument.Split('=')[0]] = argument[Math.Min(argument.Length, argument.IndexOf('=') + 1)..];
                    break;
                case ["initrd", "--name", _, var url, ..]:
                    initramfs = new Uri(url);
                    break;
                case ["sleep", var seconds, ..]:
                    sleep = int.Parse(seconds, CultureInfo.InvariantCulture);
                    break;
                case ["echo", _, ..]:
                    says.Add(line["echo ".Length..].Trim());
                    break;
            }
        }

        return new BootScript(kernel, initramfs, arguments, TimeSpan.FromSeconds(sleep), string.Join("; ", says));
    }
}
