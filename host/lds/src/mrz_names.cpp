// The name field of the zone: fillers, and how a name that is too long is cut.
#include <algorithm>

#include "mrz_text.h"

namespace cicada::host::lds {
namespace {

using base::Error;
using base::fail;
using base::Fault;

using Words = std::vector<std::string>;

/// A-Z words of an identifier. Spaces, hyphens and fillers separate; apostrophes and commas vanish.
base::Result<Words> split_words(std::string_view identifier) {
  Words words(1);
  for (std::size_t i = 0; i < identifier.size(); ++i) {
    const char c = identifier[i];
    if (c >= 'A' && c <= 'Z') {
      words.back().push_back(c);
    } else if (c == ' ' || c == '-' || c == '<') {
      if (!words.back().empty()) words.emplace_back();
    } else if (c != '\'' && c != ',') {
      return fail({.fault = Fault::bad_input,
                   .what = "a name in the machine readable zone may hold A to Z, space, hyphen and apostrophe only",
                   .clause = "9303-3 §4.6",
                   .at = i});
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

std::string join(const Words& words) {
  std::string joined;
  for (const auto& word : words) {
    if (!joined.empty()) joined.push_back(kFiller);
    joined += word;
  }
  return joined;
}

std::string whole_name(const Words& primary, const Words& secondary) {
  return secondary.empty() ? join(primary) : join(primary) + "<<" + join(secondary);
}

/// Takes the last letter of the longest word (the first of equals) that has more than one.
bool shorten_longest(Words& words) {
  const auto longest = std::ranges::max_element(words, {}, &std::string::size);
  if (longest == words.end() || longest->size() < 2) return false;
  longest->pop_back();
  return true;
}

/// Shortens until place `size` of the name holds a letter: a cut on a filler would look like the end of a whole name.
/// Takes from `later` first and from `earlier` when every word of `later` is down to one letter.
std::string letter_at_the_cut(Words& earlier, Words& later, std::size_t size) {
  auto text = whole_name(earlier, later);
  while (text.size() > size && text[size - 1] == kFiller) {
    if (!shorten_longest(later) && !shorten_longest(earlier)) break;
    text = whole_name(earlier, later);
  }
  return text;
}

/// A primary identifier that fills the field alone leaves two places for the beginning of the secondary one.
constexpr std::size_t kSecondaryLetters = 2;

void cut_primary(Words& primary, std::size_t room) {
  if (join(primary).size() <= room) return;
  Words none;
  auto text = letter_at_the_cut(primary, none, room);
  text.resize(std::min(text.size(), room));
  primary = *split_words(text);
}

}  // namespace

base::Result<std::string> build_name_field(std::string_view primary, std::string_view secondary, std::size_t size) {
  CICADA_TRY(auto first, split_words(primary));
  CICADA_TRY(auto second, split_words(secondary));
  if (first.empty()) {
    return fail({.fault = Fault::bad_input, .what = "the name has no letter for its primary identifier"});
  }
  auto text = whole_name(first, second);
  if (text.size() > size) {
    const auto reserve = second.empty() ? 0 : 2 + std::min(join(second).size(), kSecondaryLetters);
    cut_primary(first, size > reserve ? size - reserve : size);
    text = letter_at_the_cut(first, second, size);
  }
  text.resize(size, kFiller);
  return text;
}

}  // namespace cicada::host::lds
