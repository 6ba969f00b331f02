using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Reflection;
using System.Runtime.InteropServices;
using System.ServiceProcess;
using System.Text;
using System.Threading;

[assembly: AssemblyTitle("Runs scimctl as a Windows service")]
[assembly: AssemblyProduct("scimctl")]
[assembly: AssemblyVersion("1.0.0.0")]

/// Starts the program that the file beside this one names, and ends it in order when Windows asks.
/// NAME.conf has a setting a line, name=value, in UTF-8; lines that begin with # are comments:
/// service: the name of the service; program: what is started; arguments: its command line behind that;
/// log: where its output goes; stopseconds: how long it may take to end.
public sealed class ServiceWrapper : ServiceBase
{
    private readonly Settings settings;
    private readonly object ending = new object();
    private IntPtr job;
    private Process child;
    private RotatingLog log;
    private bool isStopping;
    /// Milliseconds. Windows gives a service 30 seconds to start.
    private const int LongStart = 30000;
    private readonly Stopwatch sinceStart = new Stopwatch();

    private ServiceWrapper(Settings settings)
    {
        this.settings = settings;
        ServiceName = settings["service"];
        CanShutdown = true;
        AutoLog = false;
    }

    public static int Main()
    {
        string own = Assembly.GetExecutingAssembly().Location;
        Settings settings = Settings.Read(Path.ChangeExtension(own, ".conf"));
        if (Environment.UserInteractive)
        {
            Console.Error.WriteLine("Windows starts this program as the service {0}.", settings["service"]);
            return 2;
        }
        Run(new ServiceWrapper(settings));
        return 0;
    }

    protected override void OnStart(string[] args)
    {
        sinceStart.Start();
        log = new RotatingLog(settings["log"]);
        // Without a console there is no Ctrl-Break, by which the program is told to end. It inherits this one.
        if (!Native.AllocConsole()) throw new Win32Exception();
        Native.SetConsoleCtrlHandler(Ignore, true);
        job = Native.KillingJob();
        child = new Process { EnableRaisingEvents = true };
        child.StartInfo = new ProcessStartInfo(settings["program"], settings["arguments"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = Path.GetDirectoryName(settings["log"]),
        };
        child.OutputDataReceived += (_, line) => log.Write(line.Data);
        child.ErrorDataReceived += (_, line) => log.Write(line.Data);
        child.Exited += (_, end) => Ended();
        child.Start();
        if (!Native.AssignProcessToJobObject(job, child.Handle))
        {
            var why = new Win32Exception();
            // Outside the job, the program would outlive this process.
            lock (ending) isStopping = true;
            child.Kill();
            throw why;
        }
        child.BeginOutputReadLine();
        child.BeginErrorReadLine();
        Tell(EventLogEntryType.Information, "Started: " + settings["program"]);
    }

    protected override void OnStop()
    {
        RequestAdditionalTime(Patience + 10000);
        End();
    }

    /// Windows itself gives no more time than its own settings allow.
    protected override void OnShutdown()
    {
        End();
    }

    private int Patience
    {
        get { return int.Parse(settings["stopseconds"]) * 1000; }
    }

    private void End()
    {
        lock (ending) isStopping = true;
        // To all processes of the console: the program, and this one, which ignores it.
        Native.GenerateConsoleCtrlEvent(Native.CtrlBreak, 0);
        if (child != null && !child.WaitForExit(Patience))
        {
            Tell(EventLogEntryType.Warning, "The program did not end in time and was killed.");
            Native.TerminateJobObject(job, 1);
        }
        Tell(EventLogEntryType.Information, "Stopped.");
        if (child != null && child.HasExited) child.WaitForExit();
        log.Flush();
    }

    /// The program has ended. If nobody asked for it, Windows is told of an error, after which it starts the service again.
    private void Ended()
    {
        lock (ending) if (isStopping) return;
        child.WaitForExit();
        ExitCode = child.ExitCode == 0 ? 1 : child.ExitCode;
        Tell(EventLogEntryType.Error, "The program ended with exit code " + child.ExitCode + ". Read " + settings["log"]);
        log.Flush();
        // A service that is still starting cannot be stopped: it would be called running afterwards, without a program.
        // Windows starts a service again as well whose process ends.
        if (sinceStart.ElapsedMilliseconds < LongStart) Environment.Exit(ExitCode);
        Stop();
    }

    private void Tell(EventLogEntryType type, string text)
    {
        try { EventLog.WriteEntry(ServiceName, text, type, 1); }
        catch (Exception) { log.Write(text); } // The source is not registered.
    }

    private static readonly Native.CtrlHandler Ignore = _ => true;
}

/// The lines name=value of a file.
internal sealed class Settings
{
    private readonly string path;
    private readonly Dictionary<string, string> values = new Dictionary<string, string>();

    private Settings(string path) { this.path = path; }

    public static Settings Read(string path)
    {
        var settings = new Settings(path);
        foreach (string line in File.ReadAllLines(path, Encoding.UTF8))
        {
            int at = line.IndexOf('=');
            if (at > 0 && line[0] != '#') settings.values[line.Substring(0, at)] = line.Substring(at + 1);
        }
        return settings;
    }

    public string this[string name]
    {
        get
        {
            string value;
            if (values.TryGetValue(name, out value)) return value;
            throw new InvalidDataException(path + " has no line " + name + "=");
        }
    }
}

/// A file of lines that becomes NAME.1 when it is full, NAME.1 becomes NAME.2, and so on. Another program that has a file
/// open may keep it from being renamed or written: then the lines wait, or the file grows, until that is possible again.
internal sealed class RotatingLog
{
    private const long Full = 10 * 1024 * 1024;
    private const int Kept = 8;
    /// By how much a file grows that could not be renamed, before this is tried again.
    private const long Growth = 1024 * 1024;
    /// Milliseconds until lines that wait are tried again, and how many characters may wait.
    private const int Pause = 1000;
    private const int Waiting = 16 * 1024 * 1024;
    private readonly object writing = new object();
    private readonly string path;
    private readonly StringBuilder waiting = new StringBuilder();
    private readonly Timer again;
    private long rotateAt = Full;
    private int lost;

    public RotatingLog(string path)
    {
        this.path = path;
        again = new Timer(_ => Flush(), null, Timeout.Infinite, Timeout.Infinite);
    }

    public void Write(string line)
    {
        if (line == null) return;
        lock (writing)
        {
            // The memory of the machine is for others.
            if (waiting.Length + line.Length > Waiting && waiting.Length > 0) lost++;
            else waiting.Append(line).Append("\r\n");
            Flush();
        }
    }

    /// Writes what waits, as far as it is possible now.
    public void Flush()
    {
        lock (writing)
        {
            if (waiting.Length == 0) return;
            try
            {
                var file = new FileInfo(path);
                long length = file.Exists ? file.Length : 0;
                if (length <= Full) rotateAt = Full;
                else if (length > rotateAt && !Rotate()) rotateAt = length + Growth;
                string more = lost == 0 ? "" : lost + " lines could not be written.\r\n";
                File.AppendAllText(path, waiting + more, new UTF8Encoding(false));
                waiting.Clear();
                lost = 0;
            }
            // A full disk, or a reader that lets nobody else write, must not end the endpoint.
            catch (IOException) { again.Change(Pause, Timeout.Infinite); }
            catch (UnauthorizedAccessException) { again.Change(Pause, Timeout.Infinite); }
        }
    }

    /// The file first: if it cannot be renamed, the older ones stay. A number that is free takes what comes before it, so
    /// that a rotation that was interrupted removes nothing when it is continued.
    private bool Rotate()
    {
        string next = path + ".next";
        try
        {
            if (!File.Exists(next)) File.Move(path, next);
            int free = 1;
            while (free < Kept && File.Exists(path + "." + free)) free++;
            File.Delete(path + "." + free);
            for (int at = free; at > 1; at--) File.Move(path + "." + (at - 1), path + "." + at);
            File.Move(next, path + ".1");
            return true;
        }
        catch (IOException) { return false; }
        catch (UnauthorizedAccessException) { return false; }
    }
}

/// What .NET does not have: consoles, and jobs, whose processes end with the last handle.
internal static class Native
{
    public const uint CtrlBreak = 1;
    private const int ExtendedLimits = 9;
    private const uint KillOnClose = 0x2000;

    public delegate bool CtrlHandler(uint type);

    /// With this process its program ends as well, however this process ends.
    public static IntPtr KillingJob()
    {
        IntPtr job = CreateJobObject(IntPtr.Zero, null);
        var limits = new ExtendedLimit();
        limits.Basic.LimitFlags = KillOnClose;
        if (job == IntPtr.Zero || !SetInformationJobObject(job, ExtendedLimits, ref limits, Marshal.SizeOf(limits)))
            throw new Win32Exception();
        return job;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct BasicLimit
    {
        public long PerProcessTime, PerJobTime;
        public uint LimitFlags;
        public UIntPtr MinimumWorkingSet, MaximumWorkingSet;
        public uint ActiveProcesses;
        public UIntPtr Affinity;
        public uint PriorityClass, SchedulingClass;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct ExtendedLimit
    {
        public BasicLimit Basic;
        public ulong Reads, Writes, Others, ReadBytes, WriteBytes, OtherBytes;
        public UIntPtr ProcessMemory, JobMemory, PeakProcessMemory, PeakJobMemory;
    }

    [DllImport("kernel32", SetLastError = true)]
    public static extern bool AllocConsole();
    [DllImport("kernel32", SetLastError = true)]
    public static extern bool SetConsoleCtrlHandler(CtrlHandler handler, bool add);
    [DllImport("kernel32", SetLastError = true)]
    public static extern bool GenerateConsoleCtrlEvent(uint type, uint group);
    [DllImport("kernel32", SetLastError = true, CharSet = CharSet.Unicode)]
    private static extern IntPtr CreateJobObject(IntPtr security, string name);
    [DllImport("kernel32", SetLastError = true)]
    private static extern bool SetInformationJobObject(IntPtr job, int kind, ref ExtendedLimit limits, int size);
    [DllImport("kernel32", SetLastError = true)]
    public static extern bool AssignProcessToJobObject(IntPtr job, IntPtr process);
    [DllImport("kernel32", SetLastError = true)]
    public static extern bool TerminateJobObject(IntPtr job, uint exitCode);
}
