// The plan of the house against the house: who includes whom, whose word stands where.
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>

#include "source_text.h"

#include "harness.h"

using namespace cicada::tests::architecture;
namespace fs = std::filesystem;

namespace {

const fs::path kRoot = "..";  // tests run in tests/

std::string content(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// The rooms as the build knows them: path -> rooms it named.
std::map<std::string, std::set<std::string>> rooms_of_the_build() {
  std::map<std::string, std::set<std::string>> rooms;
  std::ifstream in{CICADA_ROOMS_FILE};
  for (std::string line; std::getline(in, line);) {
    const auto equals = line.find('=');
    if (equals == std::string::npos) continue;
    auto& named = rooms[line.substr(0, equals)];
    std::istringstream list{line.substr(equals + 1)};
    for (std::string room; std::getline(list, room, ',');) {
      if (!room.empty()) named.insert(room);
    }
  }
  return rooms;
}

/// The plan: what each room of the host may use of the host. Everything may use base; see also `allowed_by_plan`.
const std::map<std::string, std::set<std::string>>& host_plan() {
  static const std::map<std::string, std::set<std::string>> plan = [] {
    const std::set<std::string> wire = {"host/transport"};
    const std::set<std::string> codec = {"host/transport", "host/iso7816", "host/sm"};
    const std::set<std::string> middle = {"host/transport", "host/iso7816", "host/sm", "host/access",
                                          "host/lds",       "host/pki",     "host/gp"};
    std::set<std::string> upper = middle;
    upper.insert({"host/auth", "host/perso", "host/image"});
    std::set<std::string> top = upper;
    top.insert({"host/inspect", "host/issuance", "host/token", "host/vault", "host/journal"});
    // Keys in a token stand on nothing; the vault hands on what issuance builds; a journal knows neither card nor key.
    std::set<std::string> keys = upper;
    keys.insert({"host/issuance", "host/token"});
    // Issuance that goes wrong on purpose: for tools and tests; no room may include it.
    const std::set<std::string> wrong = {"host/pki", "host/lds", "host/auth"};
    return std::map<std::string, std::set<std::string>>{
        {"host/transport", {}},  {"host/image", {}},
        {"host/iso7816", wire},  {"host/sm", {"host/transport", "host/iso7816"}},
        {"host/access", codec},  {"host/lds", codec},
        {"host/pki", codec},     {"host/gp", codec},
        {"host/auth", middle},   {"host/perso", middle},
        {"host/inspect", upper}, {"host/issuance", upper},
        {"host/token", {}},      {"host/journal", {}},
        {"host/vault", keys},    {"host/line", top},
        {"host/agent", top},     {"host/misissue", wrong}};
  }();
  return plan;
}

/// Within conformance: what is said (model) below what says it, the chip's side and the reader's beside each other, and
/// reports know nothing but records.
bool conformance_allows(const std::string& room, const std::string& other) {
  static const std::map<std::string, std::set<std::string>> plan = {
      {"conformance/model", {}},
      {"conformance/lds", {"conformance/model"}},
      {"conformance/report", {"conformance/model"}},
      {"conformance/terminal", {"conformance/model"}},
      {"conformance/procedures", {"conformance/model", "conformance/terminal", "conformance/lds"}},
      {"conformance/runner",
       {"conformance/model", "conformance/terminal", "conformance/lds", "conformance/procedures",
        "conformance/report"}},
      {"conformance/reader", {"conformance/model", "conformance/runner"}}};
  return plan.contains(room) && plan.at(room).contains(other);
}

bool allowed_by_plan(const std::string& room, const std::string& other) {
  if (other == "base") return true;
  if (room.starts_with("host/")) {
    if (other == "asn1" || other == "crypto/openssl") return true;
    const auto& plan = host_plan();
    return plan.contains(room) && plan.at(room).contains(other);
  }
  if (room.starts_with("applet-sim/")) return other == "crypto/mbedtls" || other.starts_with("applet-sim/");
  if (room.starts_with("conformance")) {
    static const std::set<std::string> open = {"host/transport", "host/iso7816", "host/sm",
                                               "host/access",    "asn1",         "crypto/openssl"};
    return open.contains(other) || conformance_allows(room, other);
  }
  return false;  // base, asn1 and the crypto rooms stand on nothing but base
}

template <typename Visit>
void for_each_source(const fs::path& folder, Visit visit) {
  if (!fs::exists(folder)) return;
  for (const auto& entry : fs::recursive_directory_iterator{folder}) {
    const auto extension = entry.path().extension();
    if (entry.is_regular_file() && (extension == ".h" || extension == ".cpp")) visit(entry.path());
  }
}

std::string path_in_repo(const fs::path& file) {
  return fs::relative(file, kRoot).generic_string();
}

void expect_none(const std::vector<std::string>& violations) {
  std::string text;
  for (const auto& violation : violations) text += "\n  " + violation;
  if (!violations.empty()) FAIL(text.c_str());
}

constexpr std::array kTopRooms = {"base", "crypto", "asn1", "host", "applet-sim", "conformance"};

}  // namespace

TEST_GROUP(Walls){};

TEST(Walls, are_all_known_to_the_build) {
  const auto rooms = rooms_of_the_build();
  CHECK(rooms.size() >= 20);
  std::set<std::string> names;
  for (const auto& [room, named] : rooms) names.insert(room);
  std::vector<std::string> violations;
  for (const auto* top : kTopRooms) {
    for_each_source(kRoot / top, [&](const fs::path& file) {
      const auto path = path_in_repo(file);
      bool housed = false;
      for (const auto& room : names) {
        housed = housed || path.starts_with(room + "/include/") || path.starts_with(room + "/src/");
      }
      if (!housed) violations.push_back(path + " stands in no room");
    });
  }
  expect_none(violations);
}

TEST(Walls, of_the_build_are_those_of_the_plan) {
  std::vector<std::string> violations;
  for (const auto& [room, named] : rooms_of_the_build()) {
    for (const auto& other : named) {
      if (!allowed_by_plan(room, other)) violations.push_back(room + " may not use " + other);
    }
  }
  expect_none(violations);
}

TEST(Walls, have_no_include_through_them) {
  const auto rooms = rooms_of_the_build();
  Wall wall;
  for (const auto& [room, named] : rooms) wall.all_rooms.insert(room);
  std::vector<std::string> violations;
  for (const auto& [room, named] : rooms) {
    wall.allowed = named;
    // A room named by a room that was named is found by the compiler; the plan still has to allow it.
    for (const auto& other : wall.all_rooms) {
      if (allowed_by_plan(room, other) && !room.starts_with("host/")) wall.allowed.insert(other);
    }
    if (room != "base") wall.allowed.insert("base");
    for (const auto* part : {"include", "src"}) {
      for_each_source(kRoot / room / part, [&](const fs::path& file) {
        for (auto& found : forbidden_includes(room, wall, content(file)))
          violations.push_back(path_in_repo(file) + ": " + found);
      });
    }
  }
  expect_none(violations);
}

TEST(Walls, keep_each_rooms_words_inside) {
  std::vector<std::string> violations;
  for (const auto* top : {"base", "crypto", "asn1", "host", "applet-sim", "conformance", "tools"}) {
    for_each_source(kRoot / top, [&](const fs::path& file) {
      for (auto& found : foreign_words(path_in_repo(file), content(file))) violations.push_back(std::move(found));
    });
  }
  expect_none(violations);
}

TEST(Walls, make_path_prefix_and_namespace_one) {
  std::vector<std::string> violations;
  for (const auto& [room, named] : rooms_of_the_build()) {
    std::string prefix = room;
    if (prefix.starts_with("applet-sim")) prefix.replace(0, 10, "applet_sim");
    std::string space = "namespace cicada::" + prefix;
    for (auto at = space.find('/'); at != std::string::npos; at = space.find('/')) space.replace(at, 1, "::");
    if (!fs::exists(kRoot / room / "README.md")) violations.push_back(room + " has no README.md");
    for_each_source(kRoot / room / "include", [&](const fs::path& file) {
      if (!path_in_repo(file).starts_with(room + "/include/cicada/" + prefix + "/")) {
        violations.push_back(path_in_repo(file) + " is not under its include prefix");
      }
      if (content(file).find(space) == std::string::npos) violations.push_back(path_in_repo(file) + " lacks " + space);
    });
  }
  expect_none(violations);
}

TEST(Walls, keep_files_short_enough_for_one_noun) {
  std::vector<std::string> violations;
  for (const auto* top : {"base", "crypto", "asn1", "host", "applet-sim", "conformance", "tools"}) {
    for_each_source(kRoot / top, [&](const fs::path& file) {
      const auto text = content(file);
      const auto lines = std::ranges::count(text, '\n');
      if (lines > 400)
        violations.push_back(path_in_repo(file) + " has " + std::to_string(lines) + " lines, 400 is the limit");
    });
  }
  expect_none(violations);
}

TEST(Walls, let_no_symbol_of_the_hosts_crypto_into_the_card) {
  // The archives of applet-sim and of its crypto room, as the build lists them.
  std::ifstream in{CICADA_CARD_ARCHIVES_FILE};
  std::size_t archives = 0;
  std::size_t symbols = 0;
  std::vector<std::string> violations;
  for (std::string archive; std::getline(in, archive);) {
    if (archive.empty()) continue;
    ++archives;
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe{::popen(("nm -A '" + archive + "' 2>/dev/null").c_str(), "r"),
                                                     ::pclose};
    CHECK(pipe != nullptr);
    std::array<char, 4096> line{};
    while (std::fgets(line.data(), line.size(), pipe.get()) != nullptr) {
      ++symbols;
      const std::string_view text{line.data()};
      for (const std::string_view foreign :
           {" EVP_", " OSSL_", " DES_", " AES_", " SSL_", "6cicada4host", "6cicada4asn1", "6crypto7openssl"}) {
        if (text.find(foreign) != std::string_view::npos) violations.emplace_back(text);
      }
    }
  }
  CHECK(archives >= 5);
  CHECK(symbols > 100);  // nm ran and saw something
  expect_none(violations);
}
