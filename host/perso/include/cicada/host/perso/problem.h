// What is wrong with a profile, or with content that shall go onto a card.
#pragma once

#include "cicada/base/problem.h"

namespace cicada::host::perso {

using base::Problem;
template <typename T>
using Checked = base::Checked<T>;

}  // namespace cicada::host::perso
