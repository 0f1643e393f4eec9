#include "furnish.h"

#include "octets.h"

namespace cicada::applet_sim::misbehave {
namespace {

using base::Bytes;
using base::ByteView;
using base::Result;
using fs::FileId;

/// Identifiers that no file of a document has: what is removed goes there.
constexpr fs::Fid kNowhere = 0xFE00;

std::unexpected<base::Error> not_found(base::Literal what) {
  return base::fail({.fault = base::Fault::not_found, .what = what, .hint = "the fault does not fit this card"});
}

Result<FileId> find_file(const applet::CardState& card, const FileName& name) {
  for (std::size_t i = 0; i < card.files.count(); ++i) {
    const auto id = static_cast<FileId>(i);
    const auto* const ef = card.files.ef(id);
    if (ef != nullptr && ef->fid == name.fid && !ef->parent == name.in_mf) return id;
  }
  return not_found("the card has no such file");
}

/// The same file, with another content; without any it is moved out of sight.
Result<void> copy_ef(fs::FileSystem& to, const fs::Ef& ef, std::size_t place, ByteView content,
                     std::uint8_t condition) {
  const bool gone = content.empty();
  if (content.size() > fs::kMaxFileSize) {
    return base::fail({.fault = base::Fault::limit, .what = "a file has 65,535 octets at most"});
  }
  CICADA_TRY(const auto id, to.create({.parent = ef.parent,
                                       .fid = gone ? static_cast<fs::Fid>(kNowhere + place) : ef.fid,
                                       .size = static_cast<std::uint16_t>(gone ? 1 : content.size()),
                                       .sfi = gone ? std::uint8_t{0} : ef.sfi,
                                       .security_condition = condition}));
  return gone ? Result<void>{} : to.write(id, 0, content);
}

/// All files again, with another content or condition of one.
Result<void> copy_all(applet::CardState& card, FileId file, ByteView content, std::optional<std::uint8_t> condition) {
  fs::FileSystem files;
  for (std::size_t i = 0; i < card.files.count(); ++i) {
    const auto id = static_cast<FileId>(i);
    if (const auto* const df = card.files.df(id)) {
      CICADA_TRY([[maybe_unused]] const auto made, files.create({.fid = df->fid, .aid = df->aid}));
    } else if (const auto* const ef = card.files.ef(id)) {
      const bool changes = id == file;
      CICADA_CHECK(copy_ef(files, *ef, i, changes ? content : ByteView{ef->content},
                           changes && condition ? *condition : ef->read.octet()));
    }
  }
  card.files = std::move(files);
  return {};
}

}  // namespace

Result<void> set_content(applet::CardState& card, FileId file, ByteView content) {
  return copy_all(card, file, content, std::nullopt);
}

Result<void> change_file(const Action& action, applet::CardState& card, base::Rng& rng) {
  CICADA_TRY(const auto file, find_file(card, *action.file));
  if (action.verb == Verb::remove) return set_content(card, file, {});
  if (action.verb == Verb::condition) {
    const auto content = card.files.ef(file)->content;
    return copy_all(card, file, content, action.octets.front());
  }
  if (action.exchange) {
    CICADA_TRY(const auto other, find_file(card, *action.exchange));
    const auto first = card.files.ef(file)->content;
    const auto second = card.files.ef(other)->content;
    CICADA_CHECK(set_content(card, file, second));
    return set_content(card, other, first);
  }
  const auto content = edited(action, card.files.ef(file)->content, {}, rng);
  if (!content) return not_found("the file has nothing of the kind to change");
  return set_content(card, file, *content);
}

}  // namespace cicada::applet_sim::misbehave
