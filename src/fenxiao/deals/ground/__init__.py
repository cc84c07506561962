"""The common ground of acts: how deals are locked, checked and written, alike for every act that does so."""
