using Rackboot.Core.Machines;

namespace Rackboot.Core.Boot;

/// <summary>The scripts that iPXE runs. None waits for a key: on a machine with a broken console a prompt hangs forever.</summary>
public static class IpxeScript
{
    // iPXE's facts about the machine, in one request. `:uristring` encodes values that may contain spaces.
    private const string Identity =
        "mac=${netX/mac}&uuid=${uuid}&serial=${serial:uristring}&manufacturer=${manufacturer:uristring}&product=${product:uristring}"
        + "&platform=${platform}&buildarch=${buildarch}";

    /// <summary>The first script of every machine: it sends its identity and runs the answer. Also served as <c>autoexec.ipxe</c>, when
    /// iPXE may not have an address yet.</summary>
    /// <param name="server">The boot plane, <c>http://10.20.0.1</c>.</param>
    public static string Bootstrap(string server) =>
        $"""
        #!ipxe
        isset ${"{netX/ip}"} || dhcp ||
        :ask
        chain --replace {server}/ipxe?{Identity} ||
        echo Rackboot at {server} does not answer; asking again in 5 seconds
        sleep 5
        isset ${"{netX/ip}"} || dhcp ||
        goto ask

        """;

    /// <summary>Loads kernel and initramfs and starts them.</summary>
    /// <param name="name">The machine's name.</param>
    /// <param name="kernel">Path of the kernel on the boot plane; <paramref name="initramfs"/> likewise.</param>
    public static string Talos(
        string server, string name, string what, string kernel, string initramfs, IEnumerable<string> arguments, TimeSpan retry) =>
        $"""
        #!ipxe
        echo Rackboot: {Printable(name)} boots {Printable(what)}
        imgfree ||
        kernel {server}{kernel} initrd=initramfs {string.Join(' ', arguments)} || goto failed
        initrd --name initramfs {server}{initramfs} || goto failed
        boot ||
        :failed
        echo Rackboot: the boot failed; asking again in {Seconds(retry)} seconds
        {AskAgain(server, retry)}
        """;

    /// <summary>Shows the machine's identity and why it waits, and asks again.</summary>
    public static string Wait(string server, string name, string reason, TimeSpan retry) =>
        $"""
        #!ipxe
        echo
        echo Rackboot: {Printable(name)} waits: {Printable(reason)}
        echo   MAC ${"{netX/mac}"}  address ${"{netX/ip}"}
        echo   UUID ${"{uuid}"}
        echo   serial ${"{serial}"}  ${"{manufacturer}"} ${"{product}"}
        echo Asking again in {Seconds(retry)} seconds
        {AskAgain(server, retry)}
        """;

    /// <summary>Makes the machine boot from its disk. iPXE ends with an error: after a successful boot entry UEFI firmware ends
    /// the boot and shows its menu (UEFI specification 2.10 §3.1.1); after a failed one it tries the next.</summary>
    public static string Disk(string name, DiskBootMethod method) =>
        $"""
        #!ipxe
        echo Rackboot: {Printable(name)} boots its disk
        {(method == DiskBootMethod.Sanboot ? "sanboot --no-describe --drive 0x80 || exit 1" : "exit 1")}

        """;

    /// <summary>Text that iPXE's <c>echo</c> shows unchanged: without characters that iPXE expands or that end a command.</summary>
    private static string Printable(string text) => string.Create(text.Length, text, static (printable, text) =>
    {
        for (var i = 0; i < text.Length; i++)
            printable[i] = text[i] switch
            {
                '$' or '|' or '&' or '#' or ';' or '"' or '\'' or '\\' or '`' => ' ',
                >= ' ' and <= '~' => text[i],
                _ => '?',
            };
    });

    private static string AskAgain(string server, TimeSpan retry) =>
        $"""
        sleep {Seconds(retry)}
        :ask
        chain --replace {server}/ipxe?{Identity} ||
        sleep {Seconds(retry)}
        isset ${"{netX/ip}"} || dhcp ||
        goto ask

        """;

    private static int Seconds(TimeSpan time) => Math.Max(1, (int)time.TotalSeconds);
}
