#include "postgres_server.h"

#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <stdexcept>

namespace cicada::tests {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error{what};
}
void must(bool good, const char* what) {
  if (!good) fail(what);
}

/// The newest version that is installed.
fs::path binaries() {
  fs::path found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator{"/usr/lib/postgresql", error}) {
    if (fs::exists(entry.path() / "bin/postgres") && entry.path().string() > found.string()) found = entry.path();
  }
  if (found.empty()) fail("PostgreSQL's server is not installed (tools/dev/install check)");
  return found / "bin";
}

/// In the child: nobody's root any more, and gone when the parent is.
void become_server_user() {
  if (::getuid() == 0) {
    const passwd* user = ::getpwnam("postgres");
    if (user == nullptr || ::setgroups(0, nullptr) != 0 || ::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0) {
      ::_exit(126);
    }
  }
  ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
}

/// Starts a program of the server's user; its output goes to a file in `folder`.
pid_t start(const fs::path& folder, const std::vector<std::string>& words) {
  const fs::path log = folder / "log";
  const pid_t child = ::fork();
  must(child >= 0, "no process for PostgreSQL");
  if (child > 0) return child;
  become_server_user();
  const int output = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  const int nothing = ::open("/dev/null", O_RDONLY);
  if (output < 0 || nothing < 0 || ::chdir(folder.c_str()) != 0) ::_exit(126);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  ::setpgid(0, 0);  // Ctrl-C is for the test
  std::vector<char*> arguments;
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  ::execv(arguments.front(), arguments.data());
  ::_exit(127);
}

/// A folder's name goes on with the process that made it.
constexpr std::string_view kFolder = "cicada-pg-";

bool lives(pid_t process) noexcept {
  return process > 0 && (::kill(process, 0) == 0 || errno != ESRCH);
}

/// Folders of tests that were killed hard, once their server, which follows them, has ended too.
void remove_orphans(const fs::path& place) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator{place, error}) {
    const std::string name = entry.path().filename();
    if (!name.starts_with(kFolder)) continue;
    const auto owner = static_cast<pid_t>(std::strtol(name.c_str() + kFolder.size(), nullptr, 10));
    pid_t server = 0;
    std::ifstream{entry.path() / "data" / "postmaster.pid"} >> server;
    if (owner > 0 && !lives(owner) && !lives(server)) fs::remove_all(entry.path(), error);
  }
}

int wait_for(pid_t child) {
  int status = -1;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace

PostgresServer::PostgresServer(std::vector<std::string> settings) : settings_(std::move(settings)) {
  const fs::path place = fs::temp_directory_path();
  remove_orphans(place);
  std::string pattern = (place / (std::string{kFolder} + std::to_string(::getpid()) + "-XXXXXX")).string();
  must(::mkdtemp(pattern.data()) != nullptr, "no folder for PostgreSQL");
  folder_ = pattern;
  if (::getuid() == 0) {
    const passwd* user = ::getpwnam("postgres");
    must(user != nullptr, "no user postgres");
    must(::chown(folder_.c_str(), user->pw_uid, user->pw_gid) == 0, "the folder cannot be given to the user postgres");
  }
  const pid_t init = start(folder_, {binaries() / "initdb", "-D", folder_ / "data", "-U", "cicada", "-A", "trust", "-E",
                                     "UTF8", "--locale=C", "--no-sync"});
  if (wait_for(init) != 0) fail("initdb failed, see " + (folder_ / "log").string());
  start_again();
}

PostgresServer::~PostgresServer() {
  if (pid_ > 0) {
    ::kill(pid_, SIGQUIT);
    wait_for(pid_);
  }
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

PostgresServer& PostgresServer::shared() {
  static PostgresServer server;
  return server;
}

void PostgresServer::start_again() {
  must(pid_ < 0, "the server runs already");
  std::vector<std::string> words{binaries() / "postgres",
                                 "-D",
                                 folder_ / "data",
                                 "-k",
                                 folder_,
                                 "-c",
                                 "listen_addresses=",
                                 "-c",
                                 "fsync=off",
                                 "-c",
                                 "max_connections=100"};
  for (const auto& setting : settings_) {
    words.emplace_back("-c");
    words.push_back(setting);
  }
  pid_ = start(folder_, words);
  while (PQping(url().c_str()) != PQPING_OK) {
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) == pid_) {
      pid_ = -1;
      fail("the server ended, see " + (folder_ / "log").string());
    }
    const timespec moment{.tv_sec = 0, .tv_nsec = 5'000'000};
    ::nanosleep(&moment, nullptr);
  }
}

void PostgresServer::stop(int signal) {
  must(pid_ > 0, "the server does not run");
  ::kill(pid_, signal);
  wait_for(pid_);
  pid_ = -1;
}

void PostgresServer::stop_fast() {
  stop(SIGINT);
}
void PostgresServer::stop_immediate() {
  stop(SIGQUIT);
}

std::string PostgresServer::url(const std::string& database) const {
  return "postgresql://cicada@/" + database + "?host=" + folder_.string();
}

std::string PostgresServer::new_database() {
  const std::string name = "journal" + std::to_string(++made_);
  psql(url(), "CREATE DATABASE " + name);
  return url(name);
}

std::string PostgresServer::new_schema() {
  const std::string name = "journal" + std::to_string(++made_);
  psql(url(), "CREATE SCHEMA " + name);
  return url() + "&options=-csearch_path%3D" + name;
}

std::string PostgresServer::psql(const std::string& address, const std::string& statements) const {
  const std::string command = "psql -X -q -A -t -v ON_ERROR_STOP=1 '" + address + "' -c \"" + statements + "\" 2>&1";
  FILE* pipe = ::popen(command.c_str(), "r");
  must(pipe != nullptr, "no process for psql");
  std::string text;
  std::array<char, 4096> part{};
  for (std::size_t got = 0; (got = std::fread(part.data(), 1, part.size(), pipe)) > 0;) text.append(part.data(), got);
  if (::pclose(pipe) != 0) fail("psql: " + text);
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace cicada::tests
