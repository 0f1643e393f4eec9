#include "canary.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "cicada/base/hex.h"

namespace cicada::test {

namespace fs = std::filesystem;

namespace {

struct Needle {
  std::string form, octets;
};

std::string base64(base::ByteView octets) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i + 2 < octets.size(); i += 3) {
    const std::uint32_t group =
        static_cast<std::uint32_t>(octets[i]) << 16U | static_cast<std::uint32_t>(octets[i + 1]) << 8U | octets[i + 2];
    for (const unsigned shift : {18U, 12U, 6U, 0U}) text.push_back(kDigits[group >> shift & 0x3FU]);
  }
  return text;
}

std::vector<Needle> needles_of(const Secret& secret) {
  constexpr std::size_t kShortest = 8;
  if (secret.octets.size() < kShortest) throw std::runtime_error(secret.name + " is too short to be looked for");
  const auto upper = base::to_hex(secret.octets);
  auto lower = upper;
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  std::vector<Needle> needles = {{"raw", std::string{base::as_text(secret.octets)}}, {"HEX", upper}, {"hex", lower}};
  for (std::size_t skip = 0; skip < 3; ++skip) {
    needles.push_back({"base64", base64(base::ByteView{secret.octets}.subspan(skip))});
  }
  return needles;
}

std::string content_of(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  std::ostringstream text;
  text << in.rdbuf();
  if (!in.good() && !in.eof()) throw std::runtime_error("cannot read " + file.string());
  if (text.str().size() != fs::file_size(file)) throw std::runtime_error("cannot read all of " + file.string());
  return std::move(text).str();
}

}  // namespace

std::vector<Hit> find_secrets(const std::vector<Secret>& secrets, const fs::path& folder,
                              const std::set<fs::path>& excepted, std::uint64_t* octets) {
  std::vector<std::pair<const Secret*, Needle>> needles;
  for (const auto& secret : secrets) {
    for (auto& needle : needles_of(secret)) needles.emplace_back(&secret, std::move(needle));
  }
  std::vector<Hit> hits;
  for (fs::recursive_directory_iterator entry{folder}; entry != fs::recursive_directory_iterator{}; ++entry) {
    if (excepted.contains(entry->path())) {
      if (entry->is_directory()) entry.disable_recursion_pending();
      continue;
    }
    if (!entry->is_regular_file()) continue;
    const auto text = content_of(entry->path());
    if (octets != nullptr) *octets += text.size();
    for (const auto& [secret, needle] : needles) {
      if (::memmem(text.data(), text.size(), needle.octets.data(), needle.octets.size()) != nullptr) {
        hits.push_back({.secret = secret->name, .form = needle.form, .file = entry->path()});
      }
    }
  }
  return hits;
}

}  // namespace cicada::test
