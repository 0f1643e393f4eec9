#include "source_text.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace cicada::tests::architecture {
namespace {

/// Walks over source text and says, character by character, what it is part of.
class Scanner {
 public:
  Scanner(std::string_view source, bool keep_strings) : source_(source), keep_strings_(keep_strings), out_(source) {}

  std::string run() {
    while (i_ < source_.size()) step();
    return out_;
  }

 private:
  bool at(std::string_view text) const { return source_.substr(i_).starts_with(text); }
  void blank(std::size_t count, bool keep = false) {
    for (std::size_t n = 0; n < count && i_ < source_.size(); ++n, ++i_) {
      if (!keep && source_[i_] != '\n') out_[i_] = ' ';
    }
  }
  void step() {
    if (at("//")) {
      blank(std::min(source_.find('\n', i_), source_.size()) - i_);
    } else if (at("/*")) {
      const auto end = source_.find("*/", i_ + 2);
      blank(end == std::string_view::npos ? source_.size() - i_ : end + 2 - i_);
    } else if (at("R\"")) {
      raw_string();
    } else if (source_[i_] == '"') {
      quoted('"', keep_strings_);
    } else if (source_[i_] == '\'' && !(i_ > 0 && std::isalnum(static_cast<unsigned char>(source_[i_ - 1])) != 0)) {
      quoted('\'', false);  // a quote behind a digit is a digit separator
    } else {
      ++i_;
    }
  }
  void raw_string() {
    const auto open = source_.find('(', i_);
    if (open == std::string_view::npos) return blank(1);
    const std::string close = ")" + std::string{source_.substr(i_ + 2, open - i_ - 2)} + "\"";
    const auto end = source_.find(close, open);
    blank(end == std::string_view::npos ? source_.size() - i_ : end + close.size() - i_, false);
  }
  void quoted(char quote, bool keep) {
    blank(1, keep);
    while (i_ < source_.size() && source_[i_] != quote && source_[i_] != '\n') blank(source_[i_] == '\\' ? 2 : 1, keep);
    blank(1, keep);
  }

  std::string_view source_;
  bool keep_strings_;
  std::string out_;
  std::size_t i_ = 0;
};

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

struct Owner {
  std::string_view word;                  ///< an identifier, or its beginning
  bool prefix;                            ///< true: every identifier that begins so
  std::array<std::string_view, 3> homes;  ///< path prefixes where it may stand
};

constexpr std::array kOwners = {
    Owner{"EVP_", true, {"crypto/openssl/"}},
    Owner{"OSSL_", true, {"crypto/openssl/"}},
    Owner{"BN_", true, {"crypto/openssl/"}},
    Owner{"EC_KEY", true, {"crypto/openssl/"}},
    Owner{"X509_", true, {"crypto/openssl/"}},
    Owner{"mbedtls_", true, {"crypto/mbedtls/"}},
    Owner{"SCard", true, {"host/transport/src/pcsc"}},
    Owner{"SCARD", true, {"host/transport/src/pcsc"}},
    Owner{"asn1_", true, {"asn1/"}},
    Owner{"ASN1_", true, {"asn1/"}},
    Owner{"opj_", true, {"host/image/"}},
    Owner{"png_", true, {"host/image/"}},
    Owner{"sqlite3", true, {"host/journal/"}},
    Owner{"PQ", true, {"host/journal/"}},
    Owner{"PGconn", true, {"host/journal/"}},
    Owner{"PGresult", true, {"host/journal/"}},
    Owner{"CK_", true, {"host/token/"}},
    Owner{"CKM_", true, {"host/token/"}},
    Owner{"CKR_", true, {"host/token/"}},
    Owner{"cout", false, {"tools/", "tests/", "bench/"}},
    Owner{"cerr", false, {"tools/", "tests/", "bench/"}},
    Owner{"printf", false, {"tools/", "tests/", "bench/"}},
    Owner{"puts", false, {"tools/", "tests/", "bench/"}},
    Owner{"fputs", false, {"tools/", "tests/", "bench/"}},
};

struct HeaderOwner {
  std::string_view header;  ///< the beginning of an #include
  std::array<std::string_view, 2> homes;
};

constexpr std::array kHeaderOwners = {
    HeaderOwner{"openssl/", {"crypto/openssl/"}},
    HeaderOwner{"mbedtls/", {"crypto/mbedtls/"}},
    HeaderOwner{"libtasn1.h", {"asn1/"}},
    HeaderOwner{"PCSC/", {"host/transport/src/pcsc"}},
    HeaderOwner{"winscard.h", {"host/transport/src/pcsc"}},
    HeaderOwner{"pcsclite.h", {"host/transport/src/pcsc"}},
    HeaderOwner{"openjpeg.h", {"host/image/"}},
    HeaderOwner{"png.h", {"host/image/"}},
    HeaderOwner{"sqlite3.h", {"host/journal/"}},
    HeaderOwner{"libpq-fe.h", {"host/journal/"}},
    HeaderOwner{"iostream", {"tools/", "bench/"}},
};

template <std::size_t N>
bool lives_in(std::string_view file, const std::array<std::string_view, N>& homes) {
  return std::ranges::any_of(homes, [file](auto home) { return !home.empty() && file.starts_with(home); });
}

}  // namespace

std::string without_comments(std::string_view source, bool keep_strings) {
  return Scanner{source, keep_strings}.run();
}

std::vector<std::string> includes(std::string_view source) {
  const std::string text = without_comments(source, true);
  std::vector<std::string> found;
  for (const std::string_view directive : {"include", "__has_include", "import"}) {
    for (auto at = text.find(directive); at != std::string::npos; at = text.find(directive, at + 1)) {
      if (at > 0 && is_word(text[at - 1])) continue;
      auto open = at + directive.size();
      while (open < text.size() && (text[open] == ' ' || text[open] == '\t' || text[open] == '(')) ++open;
      if (open >= text.size() || (text[open] != '"' && text[open] != '<')) continue;
      const auto close = text.find(text[open] == '<' ? '>' : '"', open + 1);
      if (close != std::string::npos) found.push_back(text.substr(open + 1, close - open - 1));
    }
  }
  return found;
}

std::set<std::string> words(std::string_view source) {
  const std::string text = without_comments(source, false);
  std::set<std::string> found;
  for (std::size_t i = 0; i < text.size();) {
    if (!is_word(text[i])) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < text.size() && is_word(text[end])) ++end;
    found.insert(text.substr(i, end - i));
    i = end;
  }
  return found;
}

std::string room_of_include(std::string_view include, const std::set<std::string>& all_rooms) {
  constexpr std::string_view kPrefix = "cicada/";
  // "../../applet-sim/..." or "host/sm/include/cicada/..." would walk around the walls: look behind the last "cicada/".
  const auto at = include.rfind(kPrefix);
  if (at == std::string_view::npos) return {};
  std::string path{include.substr(at + kPrefix.size())};
  if (path.starts_with("applet_sim/")) path.replace(0, 10, "applet-sim");
  std::string best;
  for (const auto& room : all_rooms) {
    if (path.starts_with(room + "/") && room.size() > best.size()) best = room;
  }
  return best.empty() ? path : best;
}

std::vector<std::string> forbidden_includes(std::string_view room, const Wall& wall, std::string_view source) {
  std::vector<std::string> found;
  for (const auto& include : includes(source)) {
    if (include.find("..") != std::string::npos) {
      found.push_back(std::string{room} + " climbs over a wall: " + include);
      continue;
    }
    const auto other = room_of_include(include, wall.all_rooms);
    if (other.empty() || other == room || wall.allowed.contains(other)) continue;
    found.push_back(std::string{room} + " may not include " + include);
  }
  return found;
}

std::vector<std::string> foreign_words(std::string_view file, std::string_view source) {
  std::vector<std::string> found;
  for (const auto& word : words(source)) {
    for (const auto& owner : kOwners) {
      const bool hit = owner.prefix ? word.starts_with(owner.word) : word == owner.word;
      if (hit && !lives_in(file, owner.homes)) found.push_back(std::string{file} + ": the word " + word);
    }
  }
  for (const auto& include : includes(source)) {
    for (const auto& owner : kHeaderOwners) {
      if (include.starts_with(owner.header) && !lives_in(file, owner.homes)) {
        found.push_back(std::string{file} + ": the header " + include);
      }
    }
  }
  return found;
}

}  // namespace cicada::tests::architecture
